package dev.mobilesync.socket.http;

import dev.mobilesync.socket.session.SessionRegistry;
import dev.mobilesync.socket.session.SessionWriter;
import dev.mobilesync.socket.session.StompSession;
import dev.mobilesync.socket.stomp.DisconnectReason;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes the payload of WebSocket frames to the session, and answers pings and close frames. */
final class WebSocketFrameHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

    private static final Logger log = LoggerFactory.getLogger(WebSocketFrameHandler.class);

    private final StompSession session;
    private final SessionWriter writer;
    private final SessionRegistry sessions;
    /** Whether the current message, which may have several frames, is text. */
    private boolean text;

    WebSocketFrameHandler(StompSession session, SessionWriter writer, SessionRegistry sessions) {
        this.session = session;
        this.writer = writer;
        this.sessions = sessions;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof PingWebSocketFrame) {
            // A client that sends pings but does not read gets no more pongs.
            if (context.channel().isWritable()) {
                context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
            }
        } else if (frame instanceof CloseWebSocketFrame close) {
            writer.onClientClose(WebSocketCloseStatus.valueOf(close.statusCode() < 0 ? 1000 : close.statusCode()));
        } else if (!(frame instanceof PongWebSocketFrame)) {
            if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
                text = frame instanceof TextWebSocketFrame;
            }
            session.onData(ByteBufUtil.getBytes(frame.content()), text && frame.isFinalFragment());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        sessions.remove(session);
        session.disconnect(DisconnectReason.GONE);
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        log.debug("connection failed", failure);
        if (!(failure instanceof CorruptedWebSocketFrameException invalid)) {
            context.close();
        } else if (invalid.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
            session.disconnect(DisconnectReason.FRAME_TOO_LARGE);
        } else {
            session.disconnect(DisconnectReason.INVALID_REQUEST);
        }
    }
}
