package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.TimeSource;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line about each failed handshake, since the JDK's server does not report them. Anybody can make handshakes
 * fail, so there are at most {@value #LINES} lines a minute. Safe for use by many threads.
 */
final class JdkHandshakeLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.proxy.transport.jdk.JdkTransport");
    private static final int LINES = 20;

    private final Logger logger;
    private final LogLimit limit;

    JdkHandshakeLog(Logger logger, LogLimit limit) {
        this.logger = logger;
        this.limit = limit;
    }

    static JdkHandshakeLog of(TimeSource time) {
        return new JdkHandshakeLog(LOG, new LogLimit(LINES, time::nanos));
    }

    void failed(@Nullable String host, int port, SSLException failure) {
        limit.happened(times ->
                logger.info("{}:{}: TLS failed: {}{}", host, port, failure.toString(), LogLimit.others(times)));
    }
}
