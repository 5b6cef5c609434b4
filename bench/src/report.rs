//! What was measured, for people: printed as it comes, and written to a file of results.

mod machine;
mod numbers;
mod plot;
mod table;

use std::error::Error as _;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

pub(crate) use numbers::{median, percentile, thousands};
pub(crate) use plot::Plot;
pub(crate) use table::Table;

use crate::failure::{Doing as _, Failure};
use crate::options::Options;
use crate::stage::Stage;

const TITLE: &str = "# Results\n\nWritten by `make bench`; what was measured how, and what was \
                     tried on the way, stands in [NOTES.md](NOTES.md).\n";

/// Where pictures are, beside the results.
const GROWTH: &str = "growth";

/// All sections so far.
pub(crate) struct Report {
    sections: Vec<Section>,
}

/// What one scenario brought.
pub(crate) struct Section {
    title: &'static str,
    text: String,
    targets: Table,
    /// Files beside the results, by name.
    plots: Vec<(String, String)>,
}

impl Report {
    /// A report of what is measured on `stage`, on this machine.
    pub(crate) async fn of(stage: &Stage) -> Result<Self, Failure> {
        let mut machine = Section::new("Machine");
        machine.table(&machine::describe(stage).await?);
        let mut report = Self {
            sections: Vec::new(),
        };
        report.add(machine);
        Ok(report)
    }

    /// Prints a section, and keeps it.
    pub(crate) fn add(&mut self, mut section: Section) {
        if !section.targets.is_empty() {
            let targets = section.targets.to_string();
            section.text.push_str(&targets);
            section.text.push('\n');
        }
        let _ = writeln!(
            std::io::stdout().lock(),
            "\n## {}\n\n{}",
            section.title,
            section.text.trim_end()
        );
        self.sections.push(section);
    }

    /// Writes the results so far. Sections of scenarios that were not measured stay as they were.
    pub(crate) fn write(&self, options: &Options) -> Result<(), Failure> {
        if options.quick {
            return Ok(());
        }
        let path = &options.results;
        let mut sections = read(path);
        for Section {
            title, text, plots, ..
        } in &self.sections
        {
            write_plots(path, plots)?;
            let text = format!("{title}\n\n{}\n", text.trim_end());
            match sections.iter_mut().find(|old| is_titled(old, title)) {
                Some(old) => *old = text,
                None => sections.push(text),
            }
        }
        let whole = sections
            .iter()
            .fold(TITLE.to_owned(), |whole, text| whole + "\n## " + text);
        std::fs::write(path, whole).doing(format_args!("writing {}", path.display()))
    }
}

impl Section {
    /// An empty section.
    pub(crate) fn new(title: &'static str) -> Self {
        Self {
            title,
            text: String::new(),
            targets: Table::new(&["target", "wanted", "measured", ""]),
            plots: Vec::new(),
        }
    }

    /// What stands there instead when there are no numbers.
    pub(crate) fn failed(title: &'static str, failure: &Failure) -> Self {
        let mut section = Self::new(title);
        let mut why = format!("**Not measured**: {failure}");
        let mut cause = failure.source();
        while let Some(error) = cause {
            let _ = write!(why, ": {error}");
            cause = error.source();
        }
        section.say(&why);
        section
    }

    /// Adds a paragraph.
    pub(crate) fn say(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push_str("\n\n");
    }

    /// Adds a table.
    pub(crate) fn table(&mut self, table: &Table) {
        self.say(table.to_string().trim_end());
    }

    /// Adds curves, as a picture called `name`.
    pub(crate) fn plot(&mut self, name: &str, title: &str, plot: &Plot) {
        self.say(&format!("![{title}]({GROWTH}/{name}.svg)"));
        self.plots.push((format!("{name}.svg"), plot.to_string()));
    }

    /// Says whether a number is as large as it should be.
    pub(crate) fn at_least(&mut self, what: &str, wanted: f64, measured: f64) {
        self.target(
            what,
            &format!("≥ {}", thousands(wanted)),
            measured,
            measured >= wanted,
        );
    }

    /// Says whether a number is as small as it should be.
    pub(crate) fn at_most(&mut self, what: &str, wanted: f64, measured: f64) {
        self.target(
            what,
            &format!("≤ {}", thousands(wanted)),
            measured,
            measured <= wanted,
        );
    }

    fn target(&mut self, what: &str, wanted: &str, measured: f64, is_met: bool) {
        let verdict = if is_met { "met" } else { "missed" };
        self.targets
            .row([what, wanted, &thousands(measured), verdict]);
    }
}

fn write_plots(results: &Path, plots: &[(String, String)]) -> Result<(), Failure> {
    let dir = results.with_file_name(GROWTH);
    for (name, svg) in plots {
        std::fs::create_dir_all(&dir).doing(format_args!("making {}", dir.display()))?;
        let file = dir.join(name);
        std::fs::write(&file, svg).doing(format_args!("writing {}", file.display()))?;
    }
    Ok(())
}

/// The sections of a file of results, each beginning with its title.
fn read(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.split("\n## ").skip(1).map(str::to_owned).collect()
}

fn is_titled(section: &str, title: &str) -> bool {
    section.lines().next() == Some(title)
}
