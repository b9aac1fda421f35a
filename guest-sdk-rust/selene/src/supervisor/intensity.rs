use alloc::collections::VecDeque;
use core::time::Duration;

/// How many restarts there may be within how long: a window that slides with each of them.
pub struct Intensity {
    limit: usize,
    window: Duration,
    /// When there were restarts, oldest first; none older than the window at the last one.
    restarts: VecDeque<Duration>,
}

impl Intensity {
    pub fn new(limit: usize, window: Duration) -> Intensity {
        Intensity {
            limit,
            window,
            restarts: VecDeque::new(),
        }
    }

    pub fn limit(&self) -> usize {
        self.limit
    }

    pub fn window(&self) -> Duration {
        self.window
    }

    /// Notes a restart at a time that is not before the last one's. False when that is one too many: more than `limit`
    /// within the window, both of whose ends belong to it.
    pub fn allows(&mut self, now: Duration) -> bool {
        while let Some(&oldest) = self.restarts.front()
            && now - oldest > self.window
        {
            self.restarts.pop_front();
        }
        self.restarts.push_back(now);
        self.restarts.len() <= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::Intensity;
    use core::time::Duration;

    fn millis(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[selene_macros::test]
    fn a_window_slides() {
        let mut intensity = Intensity::new(2, millis(1000));
        assert!(intensity.allows(millis(0)));
        assert!(intensity.allows(millis(900)));
        // The first one is still in the window, whose end it stands on.
        assert!(!intensity.allows(millis(1000)));
        let mut intensity = Intensity::new(2, millis(1000));
        assert!(intensity.allows(millis(0)));
        assert!(intensity.allows(millis(900)));
        assert!(intensity.allows(millis(1001)));
        assert!(!intensity.allows(millis(1900)));
    }

    #[selene_macros::test]
    fn a_limit_of_0_allows_nothing() {
        assert!(!Intensity::new(0, millis(1000)).allows(millis(5)));
    }

    #[selene_macros::test]
    fn a_window_of_0_counts_what_happens_at_once() {
        let mut intensity = Intensity::new(1, Duration::ZERO);
        assert!(intensity.allows(millis(7)));
        assert!(intensity.allows(millis(8)));
        assert!(!intensity.allows(millis(8)));
    }
}
