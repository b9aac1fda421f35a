use crate::host;
use alloc::format;
use log::{Level, LevelFilter, Log, Metadata, Record};

/// Writes to Selene's log. Each line has the process's id and name.
struct Logger;

/// Lets the macros of the crate [`log`] write to Selene's log, in this process. The host decides from which level on.
///
/// ```standalone_crate
/// # #[selene::main]
/// # fn main() {
/// selene::init_logging();
/// log::info!("listening on port {}", 8080);
/// # }
/// ```
///
/// A spawned process has a memory of its own, and calls it itself. Calling it again changes nothing.
pub fn init_logging() {
    static LOGGER: Logger = Logger;
    if log::set_logger(&LOGGER).is_ok() {
        log::set_max_level(match host::log_level() {
            0 => LevelFilter::Off,
            1 => LevelFilter::Error,
            2 => LevelFilter::Warn,
            3 => LevelFilter::Info,
            4 => LevelFilter::Debug,
            _ => LevelFilter::Trace,
        });
    }
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let level = match record.level() {
            Level::Error => 1,
            Level::Warn => 2,
            Level::Info => 3,
            Level::Debug => 4,
            Level::Trace => 5,
        };
        match record.args().as_str() {
            Some(text) => host::log(level, record.target(), text),
            None => host::log(level, record.target(), &format!("{}", record.args())),
        }
    }

    fn flush(&self) {}
}
