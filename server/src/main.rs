fn main() -> std::process::ExitCode {
    still_running::main()
}
