//! Messages: order, tags, timeouts, the scratch area.

use crate::parts::halves;
use imports::{message, receive, request, send, spawn, this, Received, FOREVER};
use std::time::{Duration, Instant};

fn spawn_with_id(function: &str) -> u64 {
    spawn(function, &halves(this()))
}

/// The host must refuse this call.
pub fn assert_traps(call: fn(u32) -> u32) {
    assert_eq!(imports::catch(call, 0), 0, "the call must trap");
}

fn count_from(number: u32) {
    let [low, high] = halves(this());
    spawn("part_count", &[low, high, number as i32]);
}

crate::checks! {
    /// What one process sends arrives in order.
    fn messages_keep_their_order() {
        count_from(5_000);
        for number in 0..5_000 {
            assert_eq!(receive(&[], FOREVER), Received::Data(0, number));
        }
    }

    /// Also after receives that ran out of time.
    fn selene_messages_keep_their_order_after_timeouts() {
        for timeout in 0..5 {
            assert_eq!(receive(&[], timeout), Received::TimedOut);
        }
        count_from(100);
        for number in 0..100 {
            assert_eq!(receive(&[], FOREVER), Received::Data(0, number));
        }
    }

    /// The first message with the tag, wherever it is.
    fn receive_selects_by_tag() {
        for tag in 1..=3 {
            send(this(), tag, tag as u64 * 10);
        }
        assert_eq!(receive(&[3], 0), Received::Data(3, 30));
        assert_eq!(receive(&[3], 0), Received::TimedOut);
        assert_eq!(receive(&[2], 0), Received::Data(2, 20));
        assert_eq!(receive(&[], 0), Received::Data(1, 10));
    }

    /// Of several tags, the oldest message.
    fn receive_of_several_tags_takes_the_oldest() {
        for tag in [5, 7, 6, 5] {
            send(this(), tag, 0);
        }
        assert_eq!(receive(&[6, 7], 0), Received::Data(7, 0));
        assert_eq!(receive(&[6, 5, 5], 0), Received::Data(5, 0));
        assert_eq!(receive(&[6, 5], 0), Received::Data(6, 0));
        assert_eq!(receive(&[6, 5], 0), Received::Data(5, 0));
    }

    /// A 0 in the list matches nothing.
    fn untagged_messages_match_no_list() {
        send(this(), 0, 1);
        assert_eq!(receive(&[0, 5], 0), Received::TimedOut);
        assert_eq!(receive(&[0, 5], 5), Received::TimedOut);
        assert_eq!(receive(&[], 0), Received::Data(0, 1));
    }

    /// All 64 bits count.
    fn tags_have_all_bits() {
        send(this(), i64::MIN, 1);
        send(this(), -1, 2);
        send(this(), 1 << 32, 3);
        assert_eq!(receive(&[1], 0), Received::TimedOut);
        assert_eq!(receive(&[1 << 32], 0), Received::Data(1 << 32, 3));
        assert_eq!(receive(&[-1], 0), Received::Data(-1, 2));
        assert_eq!(receive(&[i64::MIN], 0), Received::Data(i64::MIN, 1));
    }

    /// Taking many messages by tag, last first, is not a scan each.
    fn selene_selective_receive_is_indexed() {
        let begin = Instant::now();
        for tag in 1..=20_000 {
            send(this(), tag, tag as u64);
        }
        for tag in (1..=20_000).rev() {
            assert_eq!(receive(&[tag], 0), Received::Data(tag, tag as u64));
        }
        assert!(begin.elapsed() < Duration::from_secs(20));
    }

    /// No timeout is shorter than it says.
    fn receive_waits_as_long_as_it_says() {
        let begin = Instant::now();
        assert_eq!(receive(&[], 60), Received::TimedOut);
        let waited = begin.elapsed();
        assert!(waited >= Duration::from_millis(59), "{waited:?}");
        assert!(waited < Duration::from_secs(20), "{waited:?}");
    }

    /// A receive that ran out of time leaves the scratch area as it was.
    fn timed_out_receive_keeps_the_scratch_area() {
        unsafe {
            message::create_data(8, 0);
            message::write_data(imports::address("kept"), 4);
        }
        assert_eq!(receive(&[], 1), Received::TimedOut);
        unsafe {
            assert_eq!(message::data_size(), 4);
            assert_eq!(message::get_tag(), 8);
        }
    }

    /// A request does not look at what is in the mailbox already.
    fn request_skips_the_mailbox() {
        send(this(), 7, 1);
        send(this(), 8, 1);
        // After this receive both are in the mailbox, not on their way.
        assert_eq!(receive(&[8], FOREVER), Received::Data(8, 1));
        let peer = spawn_with_id("part_answer");
        assert_eq!(request(peer, 7, 5, FOREVER), Received::Data(7, 6));
        assert_eq!(receive(&[7], 0), Received::Data(7, 1));
    }

    /// What else arrives during a request stays in the mailbox.
    fn request_leaves_other_messages() {
        let peer = spawn_with_id("part_answer_second");
        assert_eq!(request(peer, 7, 5, FOREVER), Received::Data(7, 6));
        assert_eq!(receive(&[], 0), Received::Data(8, 0));
    }

    /// A request that ran out of time leaves the scratch area empty: the message was sent.
    fn timed_out_request_leaves_no_scratch() {
        let silent = spawn("part_end_on_message", &[]);
        assert_eq!(request(silent, 7, 5, 20), Received::TimedOut);
        assert_traps(|_| unsafe { message::data_size() as u32 | 1 });
    }

    /// Tag 0 is no tag, so no answer has it.
    fn request_with_tag_zero_times_out() {
        let peer = spawn_with_id("part_answer");
        assert_eq!(request(peer, 0, 5, 50), Received::TimedOut);
        assert_eq!(receive(&[], FOREVER), Received::Data(0, 6));
    }

    /// Thousands of requests beside a process that sends all the time.
    fn requests_beside_a_flood() {
        count_from(20_000);
        let peer = spawn_with_id("part_answer");
        for number in 0..1_000 {
            assert_eq!(request(peer, 9, number, FOREVER), Received::Data(9, number + 1));
        }
    }

    /// Sending to nobody is no error.
    fn messages_to_the_dead_are_dropped() {
        let dead = spawn("part_end", &[]);
        while unsafe { imports::process::exists(dead) } != 0 {
            unsafe { imports::process::sleep_ms(1) };
        }
        send(dead, 0, 1);
        send(0, 0, 1);
        send(u64::MAX, 0, 1);
    }

    /// A message is a buffer that is written at its end and read from its position.
    fn message_is_read_in_pieces() {
        unsafe {
            message::create_data(0, 2);
            assert_eq!(message::write_data(imports::address("abc"), 3), 3);
            assert_eq!(message::write_data(imports::address("defg"), 4), 4);
            assert_eq!(message::write_data(0, 0), 0);
            assert_eq!(message::data_size(), 7);
            let mut bytes = [0_u8; 5];
            let at = imports::address_mut(&mut bytes);
            assert_eq!(message::read_data(at, 5), 5);
            assert_eq!(&bytes, b"abcde");
            assert_eq!(message::read_data(at, 5), 2);
            assert_eq!(&bytes, b"fgcde");
            assert_eq!(message::read_data(at, 5), 0);
            message::seek_data(2);
            assert_eq!(message::read_data(at, 1), 1);
            assert_eq!(bytes[0], b'c');
            assert_eq!(message::data_size(), 7);
            message::seek_data(7);
            assert_eq!(message::read_data(at, 1), 0);
        }
    }

    /// Reading behind the end traps.
    fn reading_behind_the_end_traps() {
        assert_traps(|_| unsafe {
            message::create_data(0, 2);
            message::seek_data(1);
            message::read_data(16, 1) + 1
        });
    }

    /// Without a message in the scratch area these imports trap.
    fn empty_scratch_area_traps() {
        let calls: [fn(u32) -> u32; 7] = [
            |_| unsafe { message::send(imports::this()) + 1 },
            |_| unsafe { message::write_data(16, 1) },
            |_| unsafe { message::read_data(16, 1) + 1 },
            |_| unsafe { message::data_size() as u32 + 1 },
            |_| unsafe { message::seek_data(0); 1 },
            |_| unsafe { message::get_tag() as u32 + 1 },
            |_| unsafe { imports::timer::send_after(imports::this(), 0) as u32 + 1 },
        ];
        for call in calls {
            assert_traps(call);
        }
    }

    /// A megabyte arrives as it was sent.
    fn big_messages_arrive_whole() {
        let bytes: Vec<u8> = (0..1_u32 << 20).map(|index| (index / 7) as u8).collect();
        unsafe {
            message::create_data(1, 1 << 20);
            message::write_data(imports::address(bytes.as_slice()), 1 << 20);
            message::send(this());
            assert_eq!(message::receive(0, 0, FOREVER), 0);
            let mut copy = vec![0_u8; 1 << 20];
            let at = imports::address_mut(copy.as_mut_slice());
            assert_eq!(message::read_data(at, 1 << 20), 1 << 20);
            assert_eq!(copy, bytes);
        }
    }
}
