package dev.mobilesync.web.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Sockets with {@code TCP_NODELAY}. OkHttp leaves Nagle's algorithm on, which delays the end of each PUT by about 40
 * ms, until the store's delayed acknowledgement.
 */
public final class NoDelaySocketFactory extends SocketFactory {

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connect(createSocket(), new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connect(createSocket(), new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connect(bind(createSocket(), localHost, localPort), new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connect(bind(createSocket(), localHost, localPort), new InetSocketAddress(host, port));
    }

    private static Socket bind(Socket socket, InetAddress localHost, int localPort) throws IOException {
        socket.bind(new InetSocketAddress(localHost, localPort));
        return socket;
    }

    private static Socket connect(Socket socket, InetSocketAddress address) throws IOException {
        socket.connect(address);
        return socket;
    }
}
