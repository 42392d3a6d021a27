package dev.mobilesync.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.admin.command.ExitCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Arguments that need no server. */
class MobileSyncAdminTests {

    @Test
    void printsHelpWithExitCodes() {
        CommandRun help = run("--help");
        assertThat(help.exit()).isEqualTo(ExitCode.OK);
        assertThat(help.out())
                .contains("Usage: mobile-sync-admin", "--json", "--version", "Exit codes:", "a server does not answer");
        assertThat(help.err()).isEmpty();
    }

    @Test
    void printsVersion() {
        assertThat(run("--version").out()).startsWith("mobile-sync-admin.jar ");
    }

    @Test
    void rejectsMissingCommand() {
        CommandRun none = run();
        assertThat(none.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).contains("Missing required subcommand");
    }

    @Test
    void rejectsUnknownArguments() {
        assertThat(run("--nonsense").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run("nonsense").err()).contains("nonsense");
    }

    private static CommandRun run(String... arguments) {
        return CommandRun.of(Map.of(), arguments);
    }
}
