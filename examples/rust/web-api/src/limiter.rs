//! How many requests a client may make: a token bucket for each.

use selene::{Context, ReplyTo, Server};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::error::Error;
use std::net::IpAddr;
use std::time::{Duration, Instant};

pub const NAME: &str = "limiter";
/// How often buckets that are full again are thrown away.
const SWEEP: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Rate {
    pub per_second: f64,
    /// Requests that a client may make at once when it made none for a while.
    pub burst: f64,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum Message {
    /// Answered with how long the client has to wait when it may not.
    Take(IpAddr, ReplyTo<Result<(), Duration>>),
    Sweep,
}

/// Asks whether a client may make a request now.
pub fn take(client: IpAddr) -> Result<Result<(), Duration>, String> {
    let limiter = crate::find::<Message>(NAME)?;
    let answer = limiter.call(|reply| Message::Take(client, reply));
    answer.map_err(|error| error.to_string())
}

pub struct Limiter {
    rate: Rate,
    buckets: HashMap<IpAddr, Bucket>,
}

impl Server for Limiter {
    type Argument = Rate;
    type Message = Message;

    fn init(rate: Rate, context: &mut Context<Limiter>) -> Result<Limiter, Box<dyn Error>> {
        context.this().send_every(Message::Sweep, SWEEP);
        let buckets = HashMap::new();
        Ok(Limiter { rate, buckets })
    }

    fn handle(&mut self, message: Message, _: &mut Context<Limiter>) {
        let now = Instant::now();
        match message {
            Message::Take(client, reply) => {
                let rate = self.rate;
                let bucket = self.buckets.entry(client);
                let bucket = bucket.or_insert_with(|| Bucket::full(rate, now));
                reply.send(bucket.take(rate, now));
            }
            Message::Sweep => {
                let rate = self.rate;
                self.buckets
                    .retain(|_, bucket| bucket.tokens(rate, now) < rate.burst);
            }
        }
    }
}

struct Bucket {
    /// As many as there were at some time.
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn full(rate: Rate, now: Instant) -> Bucket {
        Bucket {
            tokens: rate.burst,
            at: now,
        }
    }

    fn tokens(&self, rate: Rate, now: Instant) -> f64 {
        let since = now.duration_since(self.at).as_secs_f64();
        rate.burst.min(self.tokens + since * rate.per_second)
    }

    fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        let tokens = self.tokens(rate, now);
        if tokens < 1.0 {
            let seconds = (1.0 - tokens) / rate.per_second;
            return Err(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
        }
        *self = Bucket {
            tokens: tokens - 1.0,
            at: now,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, Rate};
    use std::time::{Duration, Instant};

    #[selene::test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let rate = Rate {
            per_second: 2.0,
            burst: 3.0,
        };
        let start = Instant::now();
        let mut bucket = Bucket::full(rate, start);
        for _ in 0..3 {
            assert_eq!(bucket.take(rate, start), Ok(()));
        }
        assert_eq!(bucket.take(rate, start), Err(Duration::from_millis(500)));
        let later = start + Duration::from_millis(500);
        assert_eq!(bucket.take(rate, later), Ok(()));
        assert!(bucket.take(rate, later).is_err());
        let much_later = later + Duration::from_secs(3600);
        assert_eq!(bucket.tokens(rate, much_later), 3.0);
    }
}
