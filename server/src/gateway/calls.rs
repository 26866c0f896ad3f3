//! The vendor's request IDs of the writes that a change came to, for its record.

use std::cell::RefCell;

use super::error::is_write;

tokio::task_local! {
    static CALLS: RefCell<Vec<String>>;
}

/// Does a change, and answers the IDs of what it wrote too.
pub(super) async fn noted<T>(change: impl Future<Output = T>) -> (T, Vec<String>) {
    let scope = CALLS.scope(RefCell::default(), async {
        let answer = change.await;
        (answer, CALLS.with(RefCell::take))
    });
    scope.await
}

/// Called for every call of the client; outside of a change it is nothing.
pub(crate) fn note(action: &str, request_id: Option<&str>) {
    if let Some(id) = request_id.filter(|_| is_write(action)) {
        let _ = CALLS.try_with(|calls| calls.borrow_mut().push(id.to_owned()));
    }
}
