package dev.mobilesync.socket.http;

import dev.mobilesync.service.http.ApiDocsResources;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.socket.EventLoops;
import dev.mobilesync.socket.SocketServerProperties;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.config.ResourceHandlerRegistry;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import reactor.netty.NettyPipeline;

/**
 * Adds a {@link HandshakeHandler} to each connection of the public port. It handles WebSocket handshakes before Spring WebFlux
 * sees them; WebFlux serves health checks and the page of errors only. The management port has no such handler.
 */
@Configuration(proxyBeanMethods = false)
class WebSocketConfiguration {

    private static final int KERNEL_SEND_BUFFER_BYTES = 64 * 1024;

    /** The threads of this server's network. By default they belong to the JVM, and end with any Spring context in it. */
    @Bean
    ReactorResourceFactory reactorResources(EventLoops eventLoops) {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setLoopResources(eventLoops.loops());
        return resources;
    }

    @Bean
    ClientResourcesBuilderCustomizer redisOnEventLoops(EventLoops eventLoops) {
        return resources -> resources.eventLoopGroupProvider(eventLoops);
    }

    /** The {@linkplain Problem#ERRORS_PAGE page of errors}; the handler passes no request for another document on. */
    @Bean
    WebFluxConfigurer errorsPage() {
        return new WebFluxConfigurer() {
            @Override
            public void addResourceHandlers(ResourceHandlerRegistry registry) {
                registry.addResourceHandler(ApiDocsResources.PATTERN)
                        .addResourceLocations(ApiDocsResources.LOCATION)
                        .setCacheControl(ApiDocsResources.CACHE_CONTROL);
            }
        };
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> webSockets(
            WebSocketEndpoint endpoint, SocketServerProperties properties) {
        AtomicInteger connections = new AtomicInteger();
        int maxUnsent = (int) properties.socketSendBuffer().toBytes();
        return factory -> factory.addServerCustomizers(server -> server.childOption(
                        ChannelOption.SO_SNDBUF, KERNEL_SEND_BUFFER_BYTES)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(maxUnsent / 2, maxUnsent))
                .doOnChannelInit((observer, channel, remoteAddress) -> {
                    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
                    if (connections.incrementAndGet() > properties.socketMaxConnections()) {
                        channel.close();
                    }
                    channel.pipeline()
                            .addBefore(
                                    NettyPipeline.HttpTrafficHandler,
                                    HandshakeHandler.NAME,
                                    new HandshakeHandler(endpoint));
                }));
    }
}
