use crate::host;
use core::time::Duration;

/// When a wait of several steps ends.
#[derive(Clone, Copy)]
pub struct Deadline(End);

#[derive(Clone, Copy)]
enum End {
    Never,
    Now,
    /// On the host's clock.
    At(Duration),
}

impl Deadline {
    pub fn after(timeout: Option<Duration>) -> Deadline {
        Deadline(match timeout {
            None => End::Never,
            Some(Duration::ZERO) => End::Now,
            // A time that the clock cannot tell never comes.
            Some(timeout) => host::now().checked_add(timeout).map_or(End::Never, End::At),
        })
    }

    /// What is left of the timeout; `None` when there is none.
    pub fn left(self) -> Option<Duration> {
        match self.0 {
            End::Never => None,
            End::Now => Some(Duration::ZERO),
            End::At(time) => Some(time.saturating_sub(host::now())),
        }
    }
}
