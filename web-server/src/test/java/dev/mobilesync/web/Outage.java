package dev.mobilesync.web;

import dev.mobilesync.testsupport.NetworkProxy;
import java.util.function.Consumer;

/** How a server behind a proxy is unavailable. */
public enum Outage {
    HANGS(NetworkProxy::freeze),
    REFUSES_CONNECTIONS(NetworkProxy::cut);

    private final Consumer<NetworkProxy> begin;

    Outage(Consumer<NetworkProxy> begin) {
        this.begin = begin;
    }

    /** Makes the server unavailable until the proxy is reset. */
    public void begin(NetworkProxy proxy) {
        begin.accept(proxy);
    }
}
