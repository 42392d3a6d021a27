package dev.mobilesync.socket.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTextTests {

    private static final int MAX_PAYLOAD = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536})
    void decodesToSamePayloads(int length) {
        String payload = "x".repeat(length);
        byte[][] parts = {
            payload.substring(0, length / 2).getBytes(StandardCharsets.UTF_8),
            payload.substring(length / 2).getBytes(StandardCharsets.UTF_8)
        };
        ByteBuf buffer = Unpooled.buffer(2 * WebSocketText.size(parts), 2 * WebSocketText.size(parts));
        WebSocketText.write(parts, buffer);
        WebSocketText.write(parts, buffer);

        EmbeddedChannel browser = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, MAX_PAYLOAD));
        browser.writeInbound(buffer);
        for (int i = 0; i < 2; i++) {
            TextWebSocketFrame frame = browser.readInbound();
            assertThat(frame.isFinalFragment()).isTrue();
            assertThat(frame.text()).isEqualTo(payload);
            frame.release();
        }
        assertThat(browser.inboundMessages()).isEmpty();
    }
}
