use crate::{
    PAIR_ARG,
    home::{self, Home},
    news::{News, announce_owner},
    pair,
    server::{Made, Server},
    tools::find,
};
use std::{
    env, fs,
    io::{self, Read, Write},
    process::ExitCode,
    sync::mpsc::{Receiver, channel},
};

/// What the re-executed program runs: starts a server, or a pair of them where it is asked for one, prints where they are (or a
/// sentence that says what went wrong), and ends them when standard input closes. It ends itself when all of them did.
pub fn keeper_main() -> ExitCode {
    match keep() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // Where nobody reads it any more, nobody needs it.
            drop(writeln!(io::stdout(), "{}", why.to_string().replace('\n', " ")));
            ExitCode::FAILURE
        }
    }
}

fn keep() -> io::Result<()> {
    let (tell, news) = channel();
    // From the first moment on: who leaves early must not wait for a server that nobody wants any more.
    announce_owner(tell.clone());
    let bin = find().ok_or_else(|| io::Error::other("no initdb was found"))?;
    home::sweep();
    let home = Home::new()?;
    let password = password()?;
    let made = Made::new(&bin, home.path(), &password, (&tell, &news))?;
    let servers = match env::args().nth(2).as_deref() {
        Some(PAIR_ARG) => pair::start(&made)?.into(),
        _ => vec![made.start(home::DATA)?],
    };
    // The owner may be gone by now: then this fails, and the servers end like they do otherwise.
    writeln!(io::stdout(), "{}", whereabouts(&servers, &password))?;
    until_nobody_wants_them(&news, servers.len());
    Ok(())
}

/// Of each its URL; and, where there are two, the number of the first one's process, which its owner may end.
fn whereabouts(servers: &[Server], password: &str) -> String {
    let url = |port| format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
    match servers {
        [primary, standby] => {
            format!("{} {} {}", url(primary.port), url(standby.port), primary.id())
        }
        all => all.iter().map(|server| url(server.port)).collect(),
    }
}

/// Until the owner leaves, or the last server is gone: either way there is nothing more to keep.
fn until_nobody_wants_them(news: &Receiver<News>, mut up: usize) {
    while up > 0 {
        match news.recv() {
            Ok(News::Said(_)) => {}
            Ok(News::Ended) => up -= 1,
            Ok(News::OwnerLeft) | Err(_) => return,
        }
    }
}

/// Letters and digits only, so that it needs no escaping in a URL.
fn password() -> io::Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
