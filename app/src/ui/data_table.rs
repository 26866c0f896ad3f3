//! The one table: a caption, columns that may sort by a link, rows that the caller writes.

use leptos::prelude::*;

use super::html::{html, live, live_text};
use super::icon::{Glyph, Icon};

/// A column's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) label: &'static str,
    pub(crate) sort: Option<ColumnSort>,
    pub(crate) rank: Rank,
}

/// Which columns go first where there is little room; cells bear the same value in `data-rank`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    Always,
    /// The box that selects a row, or all of them.
    Pick,
    Minor,
    Least,
}

impl Rank {
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Always => None,
            Self::Pick => Some("pick"),
            Self::Minor => Some("minor"),
            Self::Least => Some("least"),
        }
    }
}

/// How a column sorts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnSort {
    /// Where the next order is.
    pub(crate) href: String,
    /// Whether the table is sorted by it now, and whether downwards.
    pub(crate) is_descending: Option<bool>,
}

impl Column {
    pub(crate) fn plain(label: &'static str) -> Self {
        Self { label, sort: None, rank: Rank::Always }
    }

    pub(crate) fn ranked(self, rank: Rank) -> Self {
        Self { rank, ..self }
    }
}

#[component]
pub(crate) fn DataTable(
    /// Says what the table holds; for screen readers.
    caption: &'static str,
    #[prop(into)] columns: Signal<Vec<Column>>,
    #[prop(into)] is_busy: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let heads = live(move || columns.get().into_iter().map(head).collect_view());
    html! {
        <div class="table-frame">
            <table role="table" class="data-table" aria-busy=live_text(move || is_busy.get().to_string())>
                <caption class="visually-hidden">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">{heads}</tr>
                </thead>
                <tbody role="rowgroup">{children()}</tbody>
            </table>
        </div>
    }
}

/// A cell under its column's name, which a narrow screen shows beside it. The roles hold where a row is no table row.
pub(crate) fn cell(label: &'static str, rank: Rank, content: impl IntoAny) -> AnyView {
    html! { <td role="cell" data-label=label data-rank=rank.name()>{content.into_any()}</td> }
}

fn head(column: Column) -> AnyView {
    let Column { label, sort, rank } = column;
    let Some(ColumnSort { href, is_descending }) = sort else {
        let label = match rank {
            Rank::Pick => html! { <input type="checkbox" data-pick-all aria-label=label/> },
            _ => label.into_any(),
        };
        return html! { <th role="columnheader" scope="col" data-rank=rank.name()>{label}</th> };
    };
    let order = is_descending.map(|down| if down { "descending" } else { "ascending" });
    let glyph = is_descending.map(|down| if down { Glyph::Down } else { Glyph::Up });
    html! {
        <th role="columnheader" scope="col" data-rank=rank.name() aria-sort=order>
            <a class="sort" href=href>
                {label} {glyph.map(|glyph| html! { <Icon glyph/> })}
            </a>
        </th>
    }
}
