//! Kills of endless loops: all die, and every link hears of it exactly once.

use crate::{loops, measure};
use lunatic::{host, Mailbox, MailboxError, MessageSignal, Process, Tag};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Spawns so many linked endless loops, kills them, and counts what the links say.
pub fn run(count: u32) {
    // From here on link deaths are messages.
    let mailbox = unsafe { Mailbox::<()>::new() }.catch_link_failure();
    let mut tags = HashMap::new();
    let mut victims = Vec::new();
    for _ in 0..count {
        let tag = Tag::new();
        let victim: Process<()> = Process::spawn_link_tag((), tag, loops::endless);
        tags.insert(tag.id(), 0_u32);
        victims.push(victim);
    }
    let mut values = Vec::new();
    let begin = Instant::now();
    for victim in &victims {
        victim.kill();
    }
    let mut heard = 0;
    let mut doubled = 0;
    let mut unknown = 0;
    // The last wait shows that nobody speaks twice.
    let mut patience = Duration::from_secs(30);
    loop {
        match mailbox.receive_timeout(patience) {
            Ok(MessageSignal::Signal(death)) => match tags.get_mut(&death.0.id()) {
                None => unknown += 1,
                Some(times) => {
                    *times += 1;
                    if *times == 1 {
                        heard += 1;
                        values.push(begin.elapsed().as_nanos() as f64);
                    } else {
                        doubled += 1;
                    }
                }
            },
            Ok(MessageSignal::Message(())) => unknown += 1,
            Err(MailboxError::TimedOut) => break,
            Err(error) => panic!("{error:?}"),
        }
        if heard == count {
            patience = Duration::from_millis(300);
        }
    }
    let alive = victims.iter().filter(|victim| victim.is_alive()).count();
    // Touches the host, so that this process is known to be well.
    assert_ne!(host::process_id(), 0);
    assert_eq!(
        (heard, doubled, unknown, alive),
        (count, 0, 0, 0),
        "heard, heard twice, unknown, still alive"
    );
    let last = measure::quantile(&mut values, 1.0);
    println!(
        "{{\"benchmark\":\"kill\",\"unit\":\"ns until heard\",\"count\":{count},\"median\":{:.1},\
         \"max\":{last:.1}}}",
        measure::quantile(&mut values, 0.5)
    );
}
