//! What programs cost: CPU time and memory, as Linux counts them. Elsewhere nothing is counted.

use std::path::Path;

/// The kernel counts in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// A program whose cost is counted, with the processes it started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    id: u32,
}

/// A process as `/proc` shows it.
struct Stat {
    parent: u32,
    /// Of itself.
    own: f64,
    /// Of its children that have ended.
    ended: f64,
}

impl Meter {
    /// Counts for the process `id`.
    pub(crate) const fn of(id: u32) -> Self {
        Self { id }
    }

    /// Seconds of CPU used so far, by the process and its children.
    pub(crate) fn cpu_s(self) -> f64 {
        let Some(stat) = stat(self.id) else {
            return f64::NAN;
        };
        let children = processes().filter_map(stat_of(self.id));
        let children: f64 = children.map(|child| child.own + child.ended).sum();
        (stat.own + stat.ended + children) / TICKS_PER_SECOND
    }

    /// Memory in use, in MiB, without what the process shares with others.
    pub(crate) fn memory_mib(self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id));
        let status = status.unwrap_or_default();
        let kib = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"))
            .and_then(|rest| {
                rest.trim()
                    .trim_end_matches("kB")
                    .trim()
                    .parse::<f64>()
                    .ok()
            });
        kib.map_or(f64::NAN, |kib| kib / 1024.0)
    }
}

fn stat_of(parent: u32) -> impl Fn(u32) -> Option<Stat> {
    move |id| stat(id).filter(|stat| stat.parent == parent)
}

fn stat(id: u32) -> Option<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name stands in brackets and may hold anything.
    let (_, rest) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let number = |place: usize| {
        fields
            .get(place)
            .and_then(|field| field.parse::<f64>().ok())
    };
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own: number(11)? + number(12)?,
        ended: number(13)? + number(14)?,
    })
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir(Path::new("/proc")).ok();
    entries
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}
