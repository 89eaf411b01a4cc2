use std::fs;

/// Memory an input may take beyond eight times its size.
const MEMORY: usize = 64 << 20;
/// Seconds an input may take, and as many again for every megabyte.
const SECONDS: f64 = 1.0;

/// Time and memory of this process when an input began.
pub(super) struct Limits {
    seconds: f64,
    memory: usize,
}

impl Limits {
    pub(super) fn begin() -> Self {
        // Sets the highest size back to the present one (proc(5), `clear_refs`); elsewhere memory is not measured.
        let _ = fs::write("/proc/self/clear_refs", "5");
        Self { seconds: processor_seconds(), memory: highest() }
    }

    /// Processor seconds since then.
    pub(super) fn seconds(&self) -> f64 {
        processor_seconds() - self.seconds
    }

    /// Bytes by which the process has grown at most.
    pub(super) fn memory(&self) -> usize {
        highest().saturating_sub(self.memory)
    }

    /// What was too much for an input of that size.
    pub(super) fn failure(&self, size: usize) -> Option<String> {
        let (seconds, memory) = (self.seconds(), self.memory());
        let allowed = SECONDS * (1.0 + size as f64 / f64::from(1 << 20));
        if seconds > allowed {
            return Some(format!("{seconds:.1} s for {size} bytes"));
        }
        (memory > MEMORY + 8 * size).then(|| format!("{} MB for {size} bytes", memory >> 20))
    }
}

/// The highest resident size since it was set back, in bytes.
fn highest() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok())
        .map_or(0, |kilobytes| kilobytes << 10)
}

fn processor_seconds() -> f64 {
    let schedule = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = schedule.split(' ').next().and_then(|first| first.parse::<u64>().ok()).unwrap_or(0);
    nanoseconds as f64 / 1e9
}
