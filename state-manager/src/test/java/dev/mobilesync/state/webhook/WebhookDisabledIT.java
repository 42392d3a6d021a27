package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.testsupport.ServerContract;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.AmqpAdmin;

/** The default: no receiver is configured. */
@ServerContract
class WebhookDisabledIT {

    @Test
    void declaresNoQueueAndCountsNothing() {
        StateManagerFixture service = StateManagerFixture.shared();
        AmqpAdmin admin = service.bean(AmqpAdmin.class);
        service.bean(WebhookMetrics.class).sample();

        assertThat(admin.getQueueInfo(AmqpNames.WEBHOOK_QUEUE)).isNull();
        assertThat(admin.getQueueInfo(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE)).isNull();
        assertThat(service.sumOfCounters("mobile.sync.webhook.deliveries")).isZero();
        assertThat(service.gauge("mobile.sync.webhook.dead.letters")).isZero();
    }
}
