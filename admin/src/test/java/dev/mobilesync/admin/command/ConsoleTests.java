package dev.mobilesync.admin.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTests {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console = new Console(stream(out), stream(err), false, System::nanoTime);

    @Test
    void printsTextOrJson() {
        console.text("a line");
        console.json(Map.of("a", 1));
        console.setJson(true);
        console.text("another line");
        console.json(Map.of("b", 2));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a line\n{\"b\":2}\n");
        assertThat(err.size()).isZero();
    }

    @Test
    void replacesControlCharacters() {
        console.text("a\u001b[2J\u202e\nb\u2028 가");
        console.error("c\u0007\nd");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a?[2J??b? 가\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("c?\nd\n");
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
