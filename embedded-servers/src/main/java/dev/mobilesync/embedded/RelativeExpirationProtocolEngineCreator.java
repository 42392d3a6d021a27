package dev.mobilesync.embedded;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Protocol;
import org.apache.qpid.server.model.Transport;
import org.apache.qpid.server.model.port.AmqpPort;
import org.apache.qpid.server.plugin.ProtocolEngineCreator;
import org.apache.qpid.server.protocol.v0_8.AMQPConnection_0_8Impl;
import org.apache.qpid.server.protocol.v0_8.ProtocolEngineCreator_0_9_1;
import org.apache.qpid.server.protocol.v0_8.transport.BasicContentHeaderProperties;
import org.apache.qpid.server.protocol.v0_8.transport.ServerChannelMethodProcessor;
import org.apache.qpid.server.transport.AggregateTicker;
import org.apache.qpid.server.transport.ProtocolEngine;
import org.apache.qpid.server.transport.ServerNetworkConnection;

/**
 * AMQP 0-9-1 with RabbitMQ's {@code expiration}: a message's lifetime in milliseconds. Qpid reads it as an absolute time,
 * so that every such message is silently dropped as expired in 1970. Replaces Qpid's creator, which
 * {@link BrokerConfiguration} disables; loaded as a service.
 */
public final class RelativeExpirationProtocolEngineCreator implements ProtocolEngineCreator {

    private final ProtocolEngineCreator original = ProtocolEngineCreator_0_9_1.getInstance();

    @Override
    public Protocol getVersion() {
        return original.getVersion();
    }

    @Override
    public byte[] getHeaderIdentifier() {
        return original.getHeaderIdentifier();
    }

    @Override
    @SuppressWarnings("NullAway") // as in the original
    public byte[] getSuggestedAlternativeHeader() {
        return original.getSuggestedAlternativeHeader();
    }

    @Override
    public String getType() {
        return getVersion() + "_EXPIRING";
    }

    @Override
    public ProtocolEngine newProtocolEngine(
            Broker<?> broker,
            ServerNetworkConnection network,
            AmqpPort<?> port,
            Transport transport,
            long id,
            AggregateTicker ticker) {
        Connection connection = new Connection(broker, network, port, transport, getVersion(), id, ticker);
        connection.create();
        return connection;
    }

    private static final class Connection extends AMQPConnection_0_8Impl {

        private Connection(
                Broker<?> broker,
                ServerNetworkConnection network,
                AmqpPort<?> port,
                Transport transport,
                Protocol protocol,
                long id,
                AggregateTicker ticker) {
            super(broker, network, port, transport, protocol, id, ticker);
        }

        @Override
        public ServerChannelMethodProcessor getChannelMethodProcessor(int channelId) {
            ServerChannelMethodProcessor channel = super.getChannelMethodProcessor(channelId);
            return (ServerChannelMethodProcessor) Proxy.newProxyInstance(
                    ServerChannelMethodProcessor.class.getClassLoader(),
                    new Class<?>[] {ServerChannelMethodProcessor.class},
                    (proxy, method, arguments) -> call(channel, method, arguments));
        }

        private static Object call(ServerChannelMethodProcessor channel, Method method, Object[] arguments)
                throws Throwable {
            if (method.getName().equals("receiveMessageHeader")
                    && arguments[0] instanceof BasicContentHeaderProperties properties) {
                makeAbsolute(properties);
            }
            try {
                return method.invoke(channel, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private static void makeAbsolute(BasicContentHeaderProperties properties) {
            if (properties.hasExpiration()) {
                properties.setExpiration(Math.addExact(System.currentTimeMillis(), properties.getExpiration()));
            }
        }
    }
}
