package dev.mobilesync.socket.http;

import dev.mobilesync.service.ratelimit.RateLimiter;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.limit.HandshakeRateLimitInterceptor;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.standard.ServletServerContainerFactoryBean;

/** Serves {@code /ws}, with small buffers for tens of thousands of connections. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class WebSocketConfiguration implements WebSocketConfigurer {

    static final String PATH = "/ws";

    private static final int TEXT_BUFFER_CHARS = 512;
    private static final int BINARY_BUFFER_BYTES = 512;
    private static final String CONNECTION_BUFFER_BYTES = "1024";
    private static final String KERNEL_SEND_BUFFER_BYTES = "65536";

    private final StompEndpoint endpoint;
    private final SocketServerProperties properties;
    private final RateLimiter limiter;

    WebSocketConfiguration(StompEndpoint endpoint, SocketServerProperties properties, RateLimiter limiter) {
        this.endpoint = endpoint;
        this.properties = properties;
        this.limiter = limiter;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        registry.addHandler(endpoint, PATH)
                .setHandshakeHandler(new ProblemHandshakeHandler())
                .addInterceptors(
                        new HandshakeRateLimitInterceptor(properties.limits(), limiter),
                        new OriginInterceptor(properties.allowedOrigins()))
                .setAllowedOrigins(properties.allowedOrigins().toArray(String[]::new));
    }

    @Bean
    ServletServerContainerFactoryBean webSocketContainer() {
        ServletServerContainerFactoryBean container = new ServletServerContainerFactoryBean();
        container.setMaxTextMessageBufferSize(TEXT_BUFFER_CHARS);
        container.setMaxBinaryMessageBufferSize(BINARY_BUFFER_BYTES);
        // A second safeguard: each connection checks the send time itself, about once a second.
        container.setAsyncSendTimeout(
                properties.socketSendTime().multipliedBy(2).toMillis());
        return container;
    }

    @Bean
    TomcatConnectorCustomizer smallConnectionBuffers() {
        return connector -> {
            connector.setProperty("socket.appReadBufSize", CONNECTION_BUFFER_BYTES);
            connector.setProperty("socket.appWriteBufSize", CONNECTION_BUFFER_BYTES);
            connector.setProperty("socket.txBufSize", KERNEL_SEND_BUFFER_BYTES);
        };
    }
}
