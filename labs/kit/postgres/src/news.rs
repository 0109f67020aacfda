//! What a keeper hears of, in one order: of its owner, and of the program it looks after at the moment.

use std::{
    io::{self, BufRead, BufReader, Read},
    sync::mpsc::{Receiver, Sender},
    thread,
};

pub enum News {
    /// Standard input is closed: whoever wanted a server is gone, in whatever way.
    OwnerLeft,
    /// A line of what the program says.
    Said(String),
    /// It, and whatever it started, says nothing any more.
    Ended,
}

pub fn announce_owner(tell: Sender<News>) {
    thread::spawn(move || {
        let end = io::copy(&mut io::stdin(), &mut io::sink());
        drop((end, tell.send(News::OwnerLeft)));
    });
}

/// Reads on to the end, also when nobody listens any more: the program would block on a full pipe.
pub fn announce_output(output: impl Read + Send + 'static, tell: Sender<News>) {
    thread::spawn(move || {
        let mut lines = BufReader::new(output);
        let mut line = String::new();
        while matches!(lines.read_line(&mut line), Ok(1..)) {
            drop(tell.send(News::Said(std::mem::take(&mut line))));
        }
        drop(tell.send(News::Ended));
    });
}

/// All that is said until a line is the one that is waited for, or the program ends. An error where the owner leaves.
pub fn wait_for(news: &Receiver<News>, wanted: impl Fn(&str) -> bool) -> io::Result<String> {
    let mut said = String::new();
    loop {
        match news.recv() {
            Ok(News::Said(line)) => {
                said.push_str(&line);
                if wanted(&line) {
                    return Ok(said);
                }
            }
            Ok(News::Ended) => return Ok(said),
            Ok(News::OwnerLeft) | Err(_) => {
                return Err(io::Error::new(io::ErrorKind::BrokenPipe, "its owner has left"));
            }
        }
    }
}
