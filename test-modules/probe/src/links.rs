//! Links, monitors and kills.

use crate::parts::halves;
use imports::{process, receive, send, spawn, spawn_link, this, Received, FOREVER};

/// News that must not come is waited for this long.
const QUIET: u64 = 40;

fn survive() {
    unsafe { process::die_when_link_dies(0) };
}

fn await_end(id: u64) {
    while unsafe { process::exists(id) } != 0 {
        unsafe { process::sleep_ms(1) };
    }
}

crate::checks! {
    /// A link's failure is a message with the link's tag.
    fn link_death_has_the_tag() {
        survive();
        spawn_link(77, "part_trap", &[]);
        assert_eq!(receive(&[77], FOREVER), Received::LinkDied(77));
        assert_eq!(receive(&[], QUIET), Received::TimedOut);
    }

    /// Without a tag only a receive without tags sees it.
    fn untagged_link_death_matches_no_list() {
        survive();
        let victim = spawn("part_trap_on_message", &[]);
        unsafe { process::link(0, victim) };
        send(victim, 0, 0);
        assert_eq!(receive(&[0, 1], QUIET), Received::TimedOut);
        assert_eq!(receive(&[], FOREVER), Received::LinkDied(0));
    }

    /// A normal end is no news to links.
    fn normal_end_is_silent_to_links() {
        survive();
        let child = spawn_link(5, "part_end", &[]);
        await_end(child);
        assert_eq!(receive(&[], QUIET), Received::TimedOut);
    }

    /// Who links to the dead hears it at once.
    fn link_to_the_dead_is_a_death() {
        survive();
        let dead = spawn("part_end", &[]);
        await_end(dead);
        unsafe { process::link(6, dead) };
        assert_eq!(receive(&[6], FOREVER), Received::LinkDied(6));
    }

    /// Linking again changes the tag, and does not double the news.
    fn linking_again_changes_the_tag() {
        survive();
        let victim = spawn_link(1, "part_trap_on_message", &[]);
        unsafe { process::link(2, victim) };
        send(victim, 0, 0);
        assert_eq!(receive(&[], FOREVER), Received::LinkDied(2));
        assert_eq!(receive(&[], QUIET), Received::TimedOut);
    }

    /// After unlink nothing is heard.
    fn unlink_silences() {
        survive();
        let victim = spawn_link(1, "part_trap_on_message", &[]);
        unsafe { process::unlink(victim) };
        send(victim, 0, 0);
        await_end(victim);
        assert_eq!(receive(&[], QUIET), Received::TimedOut);
    }

    /// A monitor hears of a normal end and of a failure.
    fn monitor_hears_every_end() {
        for part in ["part_end_on_message", "part_trap_on_message"] {
            let watched = spawn(part, &[]);
            unsafe {
                process::monitor(watched);
                process::monitor(watched);
            }
            send(watched, 0, 0);
            assert_eq!(receive(&[], FOREVER), Received::ProcessDied(watched));
            assert_eq!(receive(&[], QUIET), Received::TimedOut);
        }
    }

    /// A monitor on the dead hears nothing, and its message matches no list of tags.
    fn monitor_on_the_dead_is_silent() {
        let dead = spawn("part_end", &[]);
        await_end(dead);
        unsafe {
            process::monitor(dead);
            process::monitor(0);
        }
        assert_eq!(receive(&[], QUIET), Received::TimedOut);
    }

    /// After stop_monitoring nothing is heard.
    fn stop_monitoring_silences() {
        let watched = spawn("part_end_on_message", &[]);
        unsafe {
            process::monitor(watched);
            process::stop_monitoring(watched);
        }
        send(watched, 0, 0);
        await_end(watched);
        assert_eq!(receive(&[], QUIET), Received::TimedOut);
    }

    /// With both, the link speaks first.
    fn link_death_comes_before_the_monitor() {
        survive();
        for round in 1..=20 {
            let victim = spawn_link(round, "part_trap_on_message", &[]);
            unsafe { process::monitor(victim) };
            send(victim, 0, 0);
            assert_eq!(receive(&[], FOREVER), Received::LinkDied(round));
            assert_eq!(receive(&[], FOREVER), Received::ProcessDied(victim));
        }
    }

    /// A killed process takes its links along.
    fn kill_reaches_linked_processes() {
        let parent = spawn("part_with_child", &halves(this()));
        let child = match receive(&[], FOREVER) {
            Received::Data(0, child) => child,
            other => panic!("{other:?}"),
        };
        unsafe {
            assert_eq!(process::exists(child), 1);
            process::kill(parent);
        }
        await_end(parent);
        await_end(child);
    }

    /// A kill is a failure to links, and is heard once.
    fn kill_is_heard_once() {
        survive();
        let victim = spawn_link(3, "part_end_on_message", &[]);
        unsafe {
            process::monitor(victim);
            process::kill(victim);
            process::kill(victim);
        }
        assert_eq!(receive(&[], FOREVER), Received::LinkDied(3));
        assert_eq!(receive(&[], FOREVER), Received::ProcessDied(victim));
        assert_eq!(receive(&[], QUIET), Received::TimedOut);
    }

    /// A kill ends loops that never wait.
    fn kill_ends_endless_loops() {
        for _ in 0..10 {
            let victim = spawn("part_loop", &[]);
            unsafe {
                process::sleep_ms(1);
                assert_eq!(process::exists(victim), 1);
                process::kill(victim);
            }
            await_end(victim);
        }
    }

    /// A kill ends a process inside a catch. (It ends all of Lunatic.)
    fn selene_kill_cannot_be_caught() {
        let victim = spawn("part_catch_for_ever", &[]);
        unsafe {
            process::sleep_ms(5);
            process::kill(victim);
        }
        await_end(victim);
    }

    /// Ids that were never given mean nothing.
    fn unknown_ids_are_harmless() {
        for id in [0, u64::MAX, 1 << 63, 123_456_789_000] {
            unsafe {
                assert_eq!(process::exists(id), 0);
                process::kill(id);
                process::unlink(id);
                process::monitor(id);
                process::stop_monitoring(id);
            }
        }
        assert_eq!(receive(&[], QUIET), Received::TimedOut);
    }
}
