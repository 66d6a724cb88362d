package dev.sluice.proxy.transport.jdk;

import java.net.http.HttpRequest;
import java.util.List;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system properties that the JDK's HTTP client and server read once, when their classes are initialised, and that
 * hold for the whole JVM. Each is set only if it is unset, and logged; with {@code -Dsluice.jvmProperties=off} none is
 * set. Safe for use by many threads.
 */
final class JvmProperties {
    /** Set to {@code off}, it keeps the properties as they are. */
    static final String SWITCH = "sluice.jvmProperties";

    static final List<Property> ALL = List.of(
            new Property(
                    "jdk.httpclient.keepalive.timeout",
                    "4",
                    "in seconds, as common origins close an idle connection after 5, and a request raced with that fails"),
            new Property(
                    "jdk.httpclient.disableRetryConnect",
                    "true",
                    "a refused connection is tried once, as the proxy decides"),
            new Property("jdk.httpclient.allowRestrictedHeaders", "host", "the client's Host can be preserved"),
            new Property("sun.net.httpserver.nodelay", "true", "else a response on a kept connection can wait 40 ms"),
            new Property("sun.net.httpserver.maxIdleConnections", "10000", "those above 200 would be closed silently"));

    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.proxy.transport.jdk.JdkTransport");

    private static boolean applied;

    private JvmProperties() {}

    /** Sets unset properties. Has no effect the second time; call it before any use of the JDK's client or server. */
    static synchronized void apply() {
        if (!applied) {
            applied = true;
            apply(System.getProperties());
        }
    }

    static void apply(Properties properties) {
        if ("off".equals(properties.getProperty(SWITCH))) {
            return;
        }
        for (Property property : ALL) {
            if (properties.putIfAbsent(property.name, property.value) == null) {
                LOG.info("JVM property {} set to {}: {}", property.name, property.value, property.reason);
            }
        }
    }

    /** What {@link JdkTransport#hostHeaderAllowed} tells. */
    static boolean hostHeaderAllowed() {
        apply();
        try {
            HttpRequest.newBuilder().header("Host", "localhost");
            return true;
        } catch (IllegalArgumentException restricted) {
            return false;
        }
    }

    /** One property, the value that it gets, and why. */
    record Property(String name, String value, String reason) {}
}
