package dev.mobilesync.socket.fanout;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

/**
 * Declares the {@linkplain BroadcastQueues two queues} of this instance and consumes them. Messages are handled in order, on the
 * thread of the AMQP client, and acknowledged together: after a number of them, or after about a second. The handler must not
 * block. A lost consumer is replaced: it tries again four times, 200 ms apart, then once per second, indefinitely. Spring's
 * listener containers would do the same, but they convert each message and pass it to another thread, which costs more than all
 * other work for a broadcast.
 */
final class BroadcastConsumer {

    private static final Logger log = LoggerFactory.getLogger(BroadcastConsumer.class);
    private static final int PREFETCH = 500;
    private static final int ACKNOWLEDGED_TOGETHER = 100;
    private static final long RECOVERY_MILLIS = 1_000;
    /** Soon at first, because broadcasts are lost meanwhile. */
    private static final long FIRST_RECOVERIES_MILLIS = 200;

    private static final long IDLE_ACK_MILLIS = 1_000;
    private static final long STOP_MILLIS = 3_000;

    private final ConnectionFactory connections;
    private final String queue;
    private final Handler handler;
    private @Nullable ScheduledExecutorService executor;
    private @Nullable QueueConsumer consumer;
    private int failedAttempts;

    /** Receives messages and changes of the consumer's state, one at a time. */
    interface Handler {

        void onConsuming();

        /** Called once per lost consumer and per failed attempt. */
        void onConsumingStopped(Throwable cause);

        /** A message is acknowledged afterwards, whatever the result. */
        void onMessage(Envelope envelope, AMQP.BasicProperties properties, byte[] body);

        /** Called once or more often after the broker has dropped broadcasts of this instance. */
        void onDropped();
    }

    BroadcastConsumer(ConnectionFactory connections, String queue, Handler handler) {
        this.connections = connections;
        this.queue = queue;
        this.handler = handler;
    }

    /** Starts the first attempt, without waiting for it. */
    synchronized void start() {
        if (executor != null) {
            return;
        }
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "socket-broadcasts");
            thread.setDaemon(true);
            return thread;
        });
        executor = started;
        started.execute(this::consume);
        started.scheduleWithFixedDelay(this::acknowledgeIdle, IDLE_ACK_MILLIS, IDLE_ACK_MILLIS, TimeUnit.MILLISECONDS);
    }

    synchronized boolean isRunning() {
        return executor != null;
    }

    /** Handles the messages that have arrived, acknowledges them, and ends the consumer. */
    void stop() {
        ScheduledExecutorService stopped;
        QueueConsumer last;
        synchronized (this) {
            stopped = executor;
            last = consumer;
            executor = null;
            consumer = null;
        }
        if (stopped != null) {
            stopped.shutdownNow();
        }
        if (last != null) {
            last.cancel();
        }
    }

    private void consume() {
        Channel channel = null;
        QueueConsumer next = null;
        try {
            channel = openChannel();
            channel.basicQos(PREFETCH);
            next = new QueueConsumer(channel);
            synchronized (this) {
                if (executor == null) {
                    abort(channel);
                    return;
                }
                consumer = next;
            }
            channel.basicConsume(
                    BroadcastQueues.droppedQueue(queue),
                    true,
                    (tag, dropped) -> handler.onDropped(),
                    next::handleCancel);
            channel.basicConsume(queue, false, next);
        } catch (IOException | RuntimeException e) {
            onLost(next, e);
            if (channel != null) {
                abort(channel);
            }
        }
    }

    /** Opens a channel on the connection that owns the queues, and declares them. */
    private Channel openChannel() throws IOException {
        Connection connection = connections.createConnection().getDelegate();
        if (connection == null) {
            throw new IOException("no connection");
        }
        try {
            return declareQueues(connection);
        } catch (IOException e) {
            if (!BroadcastQueues.isInUse(e)) {
                throw e;
            }
            BroadcastQueues.deleteNonExclusive(connection, queue);
            return declareQueues(connection);
        }
    }

    private Channel declareQueues(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the connection has no free channel");
        }
        try {
            BroadcastQueues.declare(channel, queue);
            return channel;
        } catch (IOException | RuntimeException e) {
            abort(channel);
            throw e;
        }
    }

    /**
     * @param lost {@code null} if the attempt failed before there was one
     */
    private void onLost(@Nullable QueueConsumer lost, Throwable cause) {
        ScheduledExecutorService retries;
        long delay;
        synchronized (this) {
            if (consumer != lost) {
                return;
            }
            consumer = null;
            retries = executor;
            failedAttempts++;
            delay = failedAttempts * FIRST_RECOVERIES_MILLIS < RECOVERY_MILLIS
                    ? FIRST_RECOVERIES_MILLIS
                    : RECOVERY_MILLIS;
        }
        if (retries == null) {
            return;
        }
        handler.onConsumingStopped(cause);
        try {
            retries.schedule(this::consume, delay, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("stopped", e);
        }
    }

    private void acknowledgeIdle() {
        QueueConsumer current;
        synchronized (this) {
            current = consumer;
        }
        if (current != null) {
            current.acknowledge();
        }
    }

    private static void abort(Channel channel) {
        try {
            channel.abort();
        } catch (IOException | RuntimeException e) {
            log.debug("could not close the channel", e);
        }
    }

    private final class QueueConsumer extends DefaultConsumer {

        private final CountDownLatch cancelled = new CountDownLatch(1);
        private volatile long handled;
        private long acknowledged;

        private QueueConsumer(Channel channel) {
            super(channel);
        }

        @Override
        public void handleConsumeOk(String consumerTag) {
            super.handleConsumeOk(consumerTag);
            synchronized (BroadcastConsumer.this) {
                failedAttempts = 0;
            }
            handler.onConsuming();
        }

        @Override
        public void handleDelivery(
                String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            handler.onMessage(envelope, properties, body);
            long tag = envelope.getDeliveryTag();
            handled = tag;
            if (tag % ACKNOWLEDGED_TOGETHER == 0) {
                acknowledge();
            }
        }

        private synchronized void acknowledge() {
            long tag = handled;
            if (tag > acknowledged && getChannel().isOpen()) {
                acknowledged = tag;
                try {
                    getChannel().basicAck(tag, true);
                } catch (IOException | RuntimeException e) {
                    log.debug("could not acknowledge; the messages are redelivered", e);
                }
            }
        }

        private void cancel() {
            try {
                getChannel().basicCancel(getConsumerTag());
                if (!cancelled.await(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                    log.debug("messages are still being handled");
                }
                acknowledge();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException e) {
                log.debug("could not cancel the consumer", e);
            }
            abort(getChannel());
        }

        @Override
        public void handleCancelOk(String consumerTag) {
            cancelled.countDown();
        }

        @Override
        public void handleCancel(String consumerTag) {
            onLost(this, new IOException("the broker cancelled the consumer of " + queue));
            abort(getChannel());
        }

        @Override
        public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
            onLost(this, signal);
        }
    }
}
