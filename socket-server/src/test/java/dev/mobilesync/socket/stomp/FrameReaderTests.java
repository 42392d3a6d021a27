package dev.mobilesync.socket.stomp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;

class FrameReaderTests {

    private final FrameReader reader = new FrameReader(16 * 1024);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SEND\na:b\n\n",
                "SEND\r\na:b\r\n\r\n",
                "SEND\n\n",
                "SEND\n\n{\"a\":1}",
                "SEND\ncontent-length:3\n\nabc",
                "\n\nSEND\ncontent-length:3\n\nab\n"
            })
    void completesFrameWithoutNul(String text) {
        assertThat(commands(text)).containsExactly("SEND");
        assertThat(commands("\0")).as("a late NUL").isEmpty();
        assertThat(commands("DISCONNECT\n\n\0")).containsExactly("DISCONNECT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SE",
                "SEND",
                "SEND\n",
                "SEND\na:b",
                "SEND\na:b\n",
                "SEND\n\nab",
                "SEND\ncontent-length:3\n\n",
                "SEND\ncontent-length:3\n\n{}"
            })
    void waitsForRestOfFrame(String text) {
        assertThat(commands(text)).isEmpty();
    }

    @Test
    void completesFrameOnlyAtEndOfMessage() {
        assertThat(commands("SEND\n\n".getBytes(UTF_8), false)).isEmpty();
        assertThat(commands("body\0")).containsExactly("SEND");
    }

    @Test
    void readsSingleBytes() {
        List<String> all = new ArrayList<>();
        for (byte each : "SEND\ncontent-length:3\n\na\0b\0\nDISCONNECT\n\n\0".getBytes(UTF_8)) {
            all.addAll(commands(new byte[] {each}, false));
        }
        assertThat(all).containsExactly("SEND", "DISCONNECT");
    }

    private List<String> commands(String text) {
        return commands(text.getBytes(UTF_8), true);
    }

    private List<String> commands(byte[] piece, boolean endOfText) {
        return reader.read(piece, endOfText).stream()
                .filter(frame -> !StompHeaderAccessor.wrap(frame).isHeartbeat())
                .map(FrameReaderTests::command)
                .toList();
    }

    private static String command(Message<byte[]> frame) {
        return String.valueOf(StompHeaderAccessor.wrap(frame).getCommand());
    }
}
