mod client;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("client") => client::client(args.next().as_deref() == Some("--check")),
        _ => anyhow::bail!("usage: cargo xtask client [--check]"),
    }
}
