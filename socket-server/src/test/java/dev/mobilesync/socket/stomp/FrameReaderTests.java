package dev.mobilesync.socket.stomp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

    @Test
    void readsFragmentedLineEnds() {
        List<String> all = new ArrayList<>();
        for (byte each : "SEND\r\na:b\r\n\r\nabc\0DISCONNECT\r\n\r\n\0".getBytes(UTF_8)) {
            all.addAll(commands(new byte[] {each}, false));
        }
        assertThat(all).containsExactly("SEND", "DISCONNECT");
    }

    @Test
    void rejectsOtherProtocolsEarly() {
        assertThatThrownBy(() -> commands("GET / HTTP/1.1\r\nHost: x\r\n".getBytes(UTF_8), false))
                .isInstanceOf(RuntimeException.class);
        FrameReader fragments = new FrameReader(16 * 1024);
        assertThatThrownBy(() -> {
                    for (byte each : "GET / HTTP/1.1\nHost: x\nAccept: y\nCookie: z".getBytes(UTF_8)) {
                        fragments.read(new byte[] {each}, false);
                    }
                })
                .isInstanceOf(RuntimeException.class);
    }

    /** Quadratic time would take minutes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SEND\na:%s\n\n\0",
                "SEND\n\n%s\0",
                "SEND\ncontent-length:1000000\n\n%s\0",
                "SEND\ncontent-length:-1\n\n%s\0"
            })
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void readsSingleBytesInLinearTime(String template) {
        FrameReader large = new FrameReader(2_000_000);
        byte[] filler = new byte[1_000_000];
        Arrays.fill(filler, (byte) (template.contains("1000000") ? 0 : 'x'));
        byte[] frame = template.formatted(new String(filler, UTF_8)).getBytes(UTF_8);
        int frames = 0;
        for (byte each : frame) {
            frames += large.read(new byte[] {each}, false).size();
        }
        assertThat(frames).isEqualTo(1);
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
