//! Fairness: an echo pair beside processes that never give way.

use crate::measure;
use lunatic::{Mailbox, Process};
use std::time::{Duration, Instant};

#[allow(clippy::empty_loop)]
pub fn endless(_: (), _: Mailbox<()>) {
    loop {}
}

fn echo_back(to: Process<u32>, mailbox: Mailbox<u32>) {
    loop {
        to.send(mailbox.receive());
    }
}

/// Round trips for so many seconds, with a pause of some milliseconds after each, or none.
pub fn echo(seconds: u32, loops: u32, pause: u32) {
    let mailbox = unsafe { Mailbox::<u32>::new() };
    let peer = Process::spawn(mailbox.this(), echo_back);
    let endless: Vec<Process<()>> = (0..loops).map(|_| Process::spawn((), endless)).collect();
    // The first second warms up.
    let begin = Instant::now();
    let warm = begin + Duration::from_secs(1);
    let end = warm + Duration::from_secs(u64::from(seconds));
    let mut values = Vec::new();
    loop {
        let sent = Instant::now();
        if sent >= end {
            break;
        }
        peer.send(7);
        mailbox.receive();
        if sent >= warm {
            values.push(sent.elapsed().as_nanos() as f64);
        }
        if pause > 0 {
            lunatic::sleep(Duration::from_millis(u64::from(pause)));
        }
    }
    let alive = endless.iter().filter(|process| process.is_alive()).count();
    for process in &endless {
        process.kill();
    }
    peer.kill();
    assert_eq!(alive, loops as usize, "every loop is still running");
    let p99 = measure::quantile(&mut values, 0.99);
    println!(
        "{{\"benchmark\":\"echo\",\"unit\":\"ns/round trip\",\"count\":{},\"loops\":{loops},\"pause\":{pause},\
         \"median\":{:.1},\"p99\":{p99:.1},\"min\":{:.1},\"max\":{:.1}}}",
        values.len(),
        measure::quantile(&mut values, 0.5),
        values[0],
        values[values.len() - 1]
    );
}
