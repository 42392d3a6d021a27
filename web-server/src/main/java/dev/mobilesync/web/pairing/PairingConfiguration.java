package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.security.TokenConfiguration;
import dev.mobilesync.web.body.BodyRoute;
import dev.mobilesync.web.common.WebServerProperties;
import java.time.Clock;
import java.util.Objects;
import javax.crypto.SecretKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.util.StringUtils;

@Configuration(proxyBeanMethods = false)
class PairingConfiguration {

    static final String DISABLED = "pairing is off: MOBILE_SYNC_JWT_SECRET is not set";

    private static final Logger log = LoggerFactory.getLogger(PairingConfiguration.class);

    @Bean
    BodyRoute redeemRoute() {
        return new BodyRoute(
                PathPatternRequestMatcher.pathPattern(HttpMethod.POST, PairingController.REDEEM),
                BodyRoute.Buffer.ANONYMOUS,
                RedeemRequest.MAX_LENGTH,
                ErrorCode.INVALID_REQUEST,
                ErrorCode.INVALID_REQUEST,
                (request, match) -> BodyRoute.AdmittedRequest.IMMEDIATE);
    }

    @Bean
    @Conditional(SecretIsSet.class)
    PairingService pairing(
            StringRedisTemplate redis,
            RedisConnectionFactory connections,
            TokenConfiguration.TokenProperties jwt,
            WebServerProperties properties,
            PairedDevices pairedDevices,
            ConfirmedPublisher publisher,
            Clock clock) {
        SecretKey secret = Objects.requireNonNull(jwt.secretKey());
        return new PairingService(
                new PairingCodes(redis, secret, clock),
                new WrongCodeLimiter(connections, properties.pairing()),
                new DeviceTokens(secret, properties.pairing().tokenTtl(), clock),
                pairedDevices,
                publisher,
                clock,
                properties.pairing().codeTtl());
    }

    @Bean
    ApplicationRunner disabledPairingWarning(ObjectProvider<PairingService> pairing) {
        return arguments -> {
            if (pairing.getIfAvailable() == null) {
                log.warn(DISABLED);
            }
        };
    }

    /** Pairing signs tokens, which needs a secret: an issuer's key only verifies them. */
    static final class SecretIsSet implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return StringUtils.hasLength(context.getEnvironment().getProperty("mobile-sync.jwt.secret"));
        }
    }
}
