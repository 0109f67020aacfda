use super::{Run, compiler::Compiler};
use crate::keeper::Output;
use bytes::{Bytes, BytesMut};
use std::{future::pending, mem::take, time::Duration};
use still_running_protocol::FRAME_MAX;
use tokio::{io::AsyncReadExt, time::timeout};

/// Smaller reads are copied, so that they don't hold a whole buffer in memory.
const SMALL: usize = 4 << 10;
/// How long a pipe whose writers are all dead may be silent before it ends. It takes no time, unless a writer
/// handed the pipe to a stranger.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// From a lab's pipe into its run's log.
pub struct Tap<'a> {
    run: &'a Run,
    output: Output,
    /// Empty while a lab that says little is waited for: most labs say little, most of the time.
    buffer: BytesMut,
    /// Memory that the log gave back.
    spare: BytesMut,
    /// How much is read at once: more, once the lab has shown that it prints much.
    room: usize,
    /// How many bytes it may still print.
    left: u64,
    /// Reads along where a build prints, and gives what is for people.
    compiler: Option<&'a mut Compiler>,
}

enum Taken {
    Some,
    End,
    Full,
}

impl<'a> Tap<'a> {
    pub fn new(
        run: &'a Run,
        output: Output,
        most: u64,
        compiler: Option<&'a mut Compiler>,
    ) -> Self {
        let (buffer, spare) = (BytesMut::new(), BytesMut::new());
        Self { run, output, buffer, spare, room: SMALL, left: most, compiler }
    }

    /// Until the lab has printed more than it may; for ever where it does not. Cancel-safe: what was read is in
    /// the log.
    pub async fn flow(&mut self) {
        loop {
            self.run.room().await;
            match self.take().await {
                Taken::Some => {}
                Taken::End => pending().await,
                Taken::Full => return,
            }
        }
    }

    /// What the dead left in the pipe: the last bytes before exit. The log has room for it.
    pub async fn drain(&mut self) {
        while let Ok(Taken::Some) = timeout(LAST_WORDS, self.take()).await {}
        if let Some(compiler) = &mut self.compiler {
            drop(self.run.push(compiler.finish().into()));
        }
    }

    async fn take(&mut self) -> Taken {
        if self.output.readable().await.is_err() {
            return Taken::End;
        }
        if self.buffer.capacity() < self.room.div_ceil(4) {
            self.buffer = take(&mut self.spare);
            self.buffer.clear();
            self.buffer.reserve(self.room);
        }
        match self.output.read_buf(&mut self.buffer).await {
            Ok(n @ 1..) => self.keep(n),
            Ok(0) | Err(_) => Taken::End,
        }
    }

    fn keep(&mut self, n: usize) -> Taken {
        self.buffer.truncate(n.min(self.left as usize));
        let allowed = self.buffer.len();
        self.left -= allowed as u64;
        if allowed > 0 {
            let bytes = match (self.bytes(), &mut self.compiler) {
                (bytes, None) => bytes,
                (bytes, Some(compiler)) => compiler.push(&bytes).into(),
            };
            if let Some(spare) = self.run.push(bytes) {
                self.spare = spare;
            }
        }
        if allowed < n { Taken::Full } else { Taken::Some }
    }

    /// Lets the lab print on while we send: with the usual pipe each would wait for the other every 64 KiB. Where the
    /// system says no, it is only slower.
    fn widen(&self) {
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::pipe::fcntl_setpipe_size(&self.output, self.run.pipe_most()) {
            tracing::debug!(%error, "the pipe stays as it is");
        }
    }

    fn bytes(&mut self) -> Bytes {
        if self.buffer.len() >= SMALL {
            if self.room < FRAME_MAX {
                self.room = FRAME_MAX;
                self.widen();
            }
            return self.buffer.split().freeze();
        }
        let bytes = Bytes::copy_from_slice(&self.buffer);
        (self.buffer, self.spare, self.room) = (BytesMut::new(), BytesMut::new(), SMALL);
        bytes
    }
}
