//! Reading much without taking all of a quota.

use std::time::Duration;

use futures::Stream;
use tokio::time::MissedTickBehavior;

/// So many turns at once, and then so many a second.
pub(crate) fn turns(at_once: usize, a_second: u32) -> impl Stream<Item = ()> {
    let mut pace = tokio::time::interval(Duration::from_secs(1) / a_second);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    futures::stream::unfold((pace, 0), move |(mut pace, count)| async move {
        if count >= at_once {
            pace.tick().await;
        }
        Some(((), (pace, count + 1)))
    })
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    #[tokio::test(start_paused = true)]
    async fn the_first_come_at_once_and_the_others_in_their_time() {
        let began = tokio::time::Instant::now();
        super::turns(10, 25).take(10).count().await;
        assert_eq!(began.elapsed().as_millis(), 0);
        super::turns(10, 25).take(60).count().await;
        assert!((1_900..2_100).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    }
}
