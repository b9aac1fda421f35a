//! Messages that are sent later.

use crate::parts::halves;
use imports::{message, process, receive, spawn, this, timer, Received, FOREVER};
use std::time::{Duration, Instant};

fn later(tag: i64, delay: u64) -> u64 {
    unsafe {
        message::create_data(tag, 0);
        timer::send_after(this(), delay)
    }
}

crate::checks! {
    /// Not early, and not much too late.
    fn timer_is_never_early() {
        let begin = Instant::now();
        later(1, 30);
        assert_eq!(receive(&[], FOREVER), Received::Data(1, 0));
        let waited = begin.elapsed();
        assert!(waited >= Duration::from_millis(29), "{waited:?}");
        assert!(waited < Duration::from_secs(20), "{waited:?}");
    }

    /// The shorter delay comes first.
    fn timers_fire_in_order_of_time() {
        later(3, 90);
        later(1, 10);
        later(2, 50);
        for tag in 1..=3 {
            assert_eq!(receive(&[], FOREVER), Received::Data(tag, 0));
        }
    }

    /// A stopped timer never fires.
    fn stopped_timer_is_silent() {
        let stopped = later(1, 40);
        assert_eq!(unsafe { timer::cancel_timer(stopped) }, 1);
        assert_eq!(unsafe { timer::cancel_timer(stopped) }, 0);
        assert_eq!(unsafe { timer::cancel_timer(99_999) }, 0);
        assert_eq!(receive(&[], 80), Received::TimedOut);
    }

    /// A timer outlives the process that made it.
    fn timer_outlives_its_creator() {
        let [low, high] = halves(this());
        let creator = spawn("part_timer", &[low, high, 30]);
        while unsafe { process::exists(creator) } != 0 {
            unsafe { process::sleep_ms(1) };
        }
        assert_eq!(receive(&[4], FOREVER), Received::Data(4, 0));
    }

    /// For ever is allowed, and so is nobody.
    fn absurd_timers_are_harmless() {
        for delay in [u64::MAX, u64::MAX / 2, i64::MAX as u64] {
            let endless = later(1, delay);
            assert_eq!(unsafe { timer::cancel_timer(endless) }, 1);
        }
        unsafe {
            message::create_data(1, 0);
            timer::send_after(0, 0);
        }
        assert_eq!(receive(&[], 20), Received::TimedOut);
    }

    /// Sleep sleeps.
    fn sleep_takes_its_time() {
        let begin = Instant::now();
        unsafe { process::sleep_ms(25) };
        assert!(begin.elapsed() >= Duration::from_millis(24));
        unsafe { process::sleep_ms(0) };
    }
}
