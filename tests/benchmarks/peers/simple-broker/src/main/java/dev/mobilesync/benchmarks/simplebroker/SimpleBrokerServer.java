package dev.mobilesync.benchmarks.simplebroker;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.annotation.Exchange;
import org.springframework.amqp.rabbit.annotation.Queue;
import org.springframework.amqp.rabbit.annotation.QueueBinding;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.stereotype.Controller;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a team would build with Spring's simple broker and its defaults: STOMP at {@code /ws}; {@code CONNECT} needs a token; a
 * subscription to {@code /app/plans/{plan}/examinees/{examinee}/mobile-sync} is answered with the current state; broadcasts go
 * to the same path below {@code /topic}.
 */
@SpringBootApplication
public class SimpleBrokerServer {

    public static void main(String[] arguments) {
        SpringApplication.run(SimpleBrokerServer.class, arguments);
    }

    @Bean
    JwtDecoder jwtDecoder(@Value("${jwt.secret}") String secret) {
        return NimbusJwtDecoder.withSecretKey(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"))
                .build();
    }

    @Configuration
    @EnableWebSocketMessageBroker
    static class Broker implements WebSocketMessageBrokerConfigurer {

        private final JwtDecoder tokens;

        Broker(JwtDecoder tokens) {
            this.tokens = tokens;
        }

        @Override
        public void registerStompEndpoints(StompEndpointRegistry registry) {
            registry.addEndpoint("/ws").setAllowedOriginPatterns("*");
        }

        @Override
        public void configureMessageBroker(MessageBrokerRegistry registry) {
            registry.enableSimpleBroker("/topic");
            registry.setApplicationDestinationPrefixes("/app");
        }

        @Override
        public void configureClientInboundChannel(ChannelRegistration registration) {
            registration.interceptors(new TokenInterceptor(tokens));
        }
    }

    @Controller
    static class States {

        private final StringRedisTemplate redis;
        private final SimpMessagingTemplate browsers;
        private final JsonMapper json;

        States(StringRedisTemplate redis, SimpMessagingTemplate browsers, JsonMapper json) {
            this.redis = redis;
            this.browsers = browsers;
            this.json = json;
        }

        @SubscribeMapping("/plans/{plan}/examinees/{examinee}/mobile-sync")
        Map<Object, Object> currentState(@DestinationVariable String plan, @DestinationVariable String examinee) {
            return redis.opsForHash().entries("plan:" + plan + ":examinee:" + examinee + ":mobile_sync");
        }

        @RabbitListener(
                bindings =
                        @QueueBinding(
                                value = @Queue,
                                exchange = @Exchange(name = "broadcast", type = "fanout", durable = "true")))
        void onBroadcast(Message message) {
            JsonNode data = requireNonNull(json.readTree(message.getBody()).get("data"));
            browsers.send(
                    "/topic/plans/%s/examinees/%s/mobile-sync"
                            .formatted(
                                    data.path("planId").asString(),
                                    data.path("examineeId").asString()),
                    MessageBuilder.withPayload(message.getBody()).build());
        }
    }
}
