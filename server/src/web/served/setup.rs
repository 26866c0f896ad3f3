//! What Keyturn needs and whether it has it, for administrators; and making the one thing of it that can be made here.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use keyturn_app::served::{Feature, Served, SetupPage, service_role_made};

use super::{Answer, Nothing, administrator, form, is_privileged, recorded, show};
use crate::audit::What;
use crate::gateway::SERVICE_ROLES;
use crate::web::Web;
use crate::web::identity::asker;
use crate::web::pages::{parameters, with_result};

/// As the log calls it where somebody may not.
const EVENT: &str = "view_setup";

pub(super) async fn page(State(web): State<Web>, request: Request) -> Answer {
    administrator(&web, &asker(&request), EVENT).await?;
    shown_soon(web, request).await
}

/// With the permissions to change: the calls that tell are written down, as the cloud writes them down too.
pub(super) async fn check_changes(State(web): State<Web>, request: Request) -> Answer {
    let (request, Nothing {}) = form(&web, request).await?;
    let asker = asker(&request);
    administrator(&web, &asker, "check_permissions").await?;
    recorded(&web, &asker, "check_permissions", What::default(), async { Ok(()) }).await?;
    shown(web, request, true, SetupPage::default()).await
}

pub(super) async fn create_service_role(State(web): State<Web>, request: Request) -> Answer {
    let (request, Nothing {}) = form(&web, request).await?;
    let asker = asker(&request);
    let event = "create_service_role";
    administrator(&web, &asker, event).await?;
    if !is_privileged(&web, &asker, event, &What::about(SERVICE_ROLES[0])).await {
        return shown(web, request, false, SetupPage { is_stale: true, ..SetupPage::default() }).await;
    }
    match web.gateway.create_service_role(asker.clone()).await {
        Ok(name) => {
            web.doctor.forget().await;
            Ok(with_result(&web, &asker.person, keyturn_app::paths::SETUP, &service_role_made(name)))
        }
        Err(error) => {
            let page = SetupPage { problem: Some(error), ..SetupPage::default() };
            shown(web, request, false, page).await
        }
    }
}

/// How long whoever opens the page waits for more than its frame.
const AT_ONCE: Duration = Duration::from_secs(1);
/// In seconds; no longer than what was found is kept.
const LOOK_AGAIN_AFTER: HeaderValue = HeaderValue::from_static("1");

/// What is found, or where that takes a while the frame alone, which the browser asks for again until it is there.
async fn shown_soon(web: Web, request: Request) -> Answer {
    let doctor = web.doctor.clone();
    // Goes on, whoever waits.
    let found = tokio::spawn(async move { doctor.examine(false).await });
    if tokio::time::timeout(AT_ONCE, found).await.is_ok() {
        return shown(web, request, false, SetupPage::default()).await;
    }
    let page = SetupPage { is_ahead: true, ..SetupPage::default() };
    let mut response = show(web, request, Served::Setup(page)).await?;
    response.headers_mut().insert(header::REFRESH, LOOK_AGAIN_AFTER);
    Ok(response)
}

async fn shown(web: Web, request: Request, with_changes: bool, page: SetupPage) -> Answer {
    let named = parameters(request.uri(), "for");
    let features = match named.is_empty() {
        true => Feature::usual(),
        false => named.iter().filter_map(|name| Feature::parse(name)).collect(),
    };
    let page = SetupPage {
        findings: web.doctor.examine(with_changes).await.to_vec(),
        policy: web.doctor.smallest_policy(&features),
        features,
        headers: web.site.headers_of_pages(),
        ..page
    };
    show(web, request, Served::Setup(page)).await
}
