package dev.mobilesync.admin.command;

/** The exit codes of all commands. */
public final class ExitCode {

    /** Done, or nothing to do. */
    public static final int OK = 0;

    /** A check found a problem, a part could not be done, or there is no such thing. */
    public static final int PROBLEM = 1;

    /** An argument or a setting is invalid. Nothing was done. */
    public static final int USAGE = 2;

    /** A server does not answer, or another instance is at work. The command can be repeated later. */
    public static final int UNAVAILABLE = 3;

    private ExitCode() {}
}
