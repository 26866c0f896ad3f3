//! How the hydrated page sends a server function: by `fetch`, with the build it belongs to, so that an outdated page is told.

#[cfg(feature = "hydrate")]
pub(crate) use browser::Api;
#[cfg(not(feature = "hydrate"))]
pub(crate) use server_fn::client::browser::BrowserClient as Api;

/// The header that carries the build of the page.
pub const BUILD_HEADER: &str = "x-keyturn-build";

#[cfg(feature = "hydrate")]
mod browser {
    use std::future::Future;

    use futures::{Sink, Stream};
    use server_fn::Bytes;
    use server_fn::client::Client;
    use server_fn::client::browser::BrowserClient;
    use server_fn::error::FromServerFnError;
    use server_fn::request::browser::BrowserRequest;
    use server_fn::response::browser::BrowserResponse;

    /// The browser's own client, plus the header.
    pub struct Api;

    impl<E: FromServerFnError, I: FromServerFnError, O: FromServerFnError> Client<E, I, O> for Api {
        type Request = BrowserRequest;
        type Response = BrowserResponse;

        fn send(request: Self::Request) -> impl Future<Output = Result<Self::Response, E>> + Send {
            request.headers().append(super::BUILD_HEADER, &crate::browser::document::build());
            <BrowserClient as Client<E, I, O>>::send(request)
        }

        fn open_websocket(
            path: &str,
        ) -> impl Future<
            Output = Result<
                (
                    impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
                    impl Sink<Bytes> + Send + 'static,
                ),
                E,
            >,
        > + Send {
            <BrowserClient as Client<E, I, O>>::open_websocket(path)
        }

        fn spawn(future: impl Future<Output = ()> + Send + 'static) {
            <BrowserClient as Client<E, I, O>>::spawn(future);
        }
    }
}
