package dev.mobilesync.service.publishing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the connection to RabbitMQ.
 *
 * @param confirmTimeout the time after which an unconfirmed message counts as failed
 */
@ConfigurationProperties("mobile-sync.broker")
record BrokerProperties(@DefaultValue("3s") Duration confirmTimeout) {}
