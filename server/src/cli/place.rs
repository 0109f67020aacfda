use super::Complaint;
use crate::{
    catalog::{Catalog, Lab, Workspace, find_workspace},
    postgres,
};
use clap::Args;
use std::path::PathBuf;

/// Where labs are looked for.
#[derive(Debug, Args)]
pub struct Where {
    /// A folder of lab executables, each asked --describe [default: the workspace's own]
    #[arg(long, value_name = "DIR")]
    pub labs: Option<PathBuf>,
}

impl Where {
    /// All labs; those that could not be asked are named on standard error.
    pub async fn catalog(
        &self,
        only: &[String],
    ) -> Result<(Catalog, Option<Workspace>), Complaint> {
        let workspace = find_workspace();
        let catalog = Catalog::ask(self.labs.as_deref(), workspace.as_ref(), only).await.map_err(
            |error| {
                let folder = self
                    .labs
                    .clone()
                    .or(workspace.as_ref().map(|w| w.root().join("labs")))
                    .unwrap_or_default();
                Complaint::usage(format!("The labs in {} could not be listed.", folder.display()))
                    .because(error)
                    .so("name a folder of lab executables with --labs DIR.")
            },
        )?;
        for skipped in &catalog.skipped {
            eprintln!("warning: {skipped}");
        }
        Ok((catalog, workspace))
    }

    /// The checkout's labs, before they are built.
    pub fn to_be_built(&self) -> Result<(Catalog, Option<Workspace>), Complaint> {
        let workspace = find_workspace().ok_or_else(|| {
            Complaint::usage("There are no labs to build here.")
                .because("this is not a checkout of the project")
                .so("clone the project, and run this in its folder.")
        })?;
        Ok((Catalog::coming(&workspace), Some(workspace)))
    }

    /// As [`Where::catalog`]; having no lab at all is an error.
    pub async fn some(&self, only: &[String]) -> Result<(Catalog, Option<Workspace>), Complaint> {
        let found = self.catalog(only).await?;
        if found.0.labs().is_empty() {
            return Err(no_labs(found.1.is_some()));
        }
        Ok(found)
    }
}

fn no_labs(workspace: bool) -> Complaint {
    Complaint::new("There is no lab to run.")
        .because("none is built, or none could be asked")
        .so(how_to_get_labs(workspace))
}

/// Outside a checkout nothing can be built.
pub fn how_to_get_labs(workspace: bool) -> &'static str {
    match workspace {
        true => "build them: cargo build",
        false => "name a folder of lab executables with --labs DIR.",
    }
}

/// Why a lab cannot do all it could, here.
pub fn missing(lab: &Lab) -> Option<String> {
    lab.needs(labkit_wire::Need::Postgres).then(postgres::missing).flatten()
}
