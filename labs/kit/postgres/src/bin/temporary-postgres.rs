//! A temporary PostgreSQL for as long as standard input is open: prints its URL, and ends it at end of file.

use labkit_postgres::{Cluster, Error, HOW_TO_START, KEEPER_ARG, keeper_main};
use std::{
    env, io,
    process::{Command, ExitCode},
};

fn main() -> ExitCode {
    if env::args().nth(1).as_deref() == Some(KEEPER_ARG) {
        return keeper_main();
    }
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let how = why.downcast_ref::<Error>().map_or(HOW_TO_START, Error::how);
            eprintln!("{why}; {how}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let mut keeper = Command::new(env::current_exe()?);
    keeper.arg(KEEPER_ARG);
    let cluster = Cluster::start(keeper)?;
    println!("{}", cluster.url());
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
