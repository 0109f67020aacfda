use super::{
    Complaint,
    place::{Where, missing},
};
use crate::catalog::Lab;
use crate::cli::out::line;
use clap::Args;
use std::process::ExitCode;
use still_running_protocol::LabInfo;

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    place: Where,
    /// As JSON, with everything each lab says of itself
    #[arg(long)]
    json: bool,
}

pub async fn list(options: Options) -> Result<ExitCode, Complaint> {
    let (catalog, _) = options.place.some(&[]).await?;
    if options.json {
        let labs: Vec<_> = catalog.labs().iter().map(|lab| info(lab)).collect();
        line(&serde_json::to_string_pretty(&labs).expect("it has no map with odd keys"));
        return Ok(ExitCode::SUCCESS);
    }
    let width = catalog.labs().iter().map(|lab| lab.slug().len()).max().unwrap_or(0);
    for lab in &catalog.labs() {
        line(&format!("{:width$}  {}", lab.slug(), lab.description.title));
        line(&format!(
            "{:width$}  {} · {}",
            "",
            lab.description.crates.join(", "),
            lab.description.variants.join(" | ")
        ));
        for knob in &lab.description.knobs {
            line(&format!(
                "{:width$}  --{} {}: {} [{}]",
                "",
                knob.name,
                knob.allowed(),
                knob.help,
                knob.default_text()
            ));
        }
        if let Some(missing) = missing(lab) {
            line(&format!("{:width$}  not all of it can run here: {missing}", ""));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn info(lab: &Lab) -> LabInfo {
    LabInfo { lab: lab.description.clone(), missing: missing(lab) }
}
