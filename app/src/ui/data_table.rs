//! The one table: a caption, columns that may sort by a link, rows that the caller writes.

use leptos::prelude::*;

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
    Minor,
    Least,
}

impl Rank {
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Always => None,
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
    let heads = move || columns.get().into_iter().map(head).collect_view();
    view! {
        <div class="table-frame">
            <table class="data-table" aria-busy=move || is_busy.get().to_string()>
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

fn head(column: Column) -> AnyView {
    let Column { label, sort, rank } = column;
    let Some(ColumnSort { href, is_descending }) = sort else {
        return view! { <th scope="col" data-rank=rank.name()>{label}</th> }.into_any();
    };
    let order = is_descending.map(|down| if down { "descending" } else { "ascending" });
    let glyph = is_descending.map(|down| if down { Glyph::Down } else { Glyph::Up });
    view! {
        <th scope="col" data-rank=rank.name() aria-sort=order>
            <a class="sort" href=href>
                {label} {glyph.map(|glyph| view! { <Icon glyph/> })}
            </a>
        </th>
    }
    .into_any()
}
