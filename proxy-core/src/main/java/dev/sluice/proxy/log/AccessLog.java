package dev.sluice.proxy.log;

import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line for each request of a client that has ended, at level info, to the logger {@value #LOGGER}. Give it to
 * {@code ProxyServer.builder().addListener(…)}.
 *
 * <p>A line never has: the fields {@code Authorization}, {@code Proxy-Authorization}, {@code Cookie} and {@code
 * Set-Cookie}, and userinfo. The values of query parameters with secret names are replaced by {@code ***}, in the target
 * and in {@code Referer}: see {@link #SECRET_PARAMETERS}; so is one in which authentication has looked for a key. Control
 * characters are escaped, so that a request cannot forge a line.
 */
public final class AccessLog implements ExchangeListener {
    /** The name of the logger. */
    public static final String LOGGER = "dev.sluice.proxy.access";

    /** The query parameters whose values are not logged, unless others are named; compared without case. */
    public static final Set<String> SECRET_PARAMETERS = Set.of(
            "access-token",
            "access_token",
            "api-key",
            "api_key",
            "apikey",
            "auth",
            "client_secret",
            "code",
            "id_token",
            "jwt",
            "key",
            "pass",
            "passwd",
            "password",
            "pwd",
            "refresh_token",
            "secret",
            "session",
            "sessionid",
            "sig",
            "signature",
            "token",
            "x-amz-credential",
            "x-amz-security-token",
            "x-amz-signature");

    private final Logger log;
    private final Function<LogEntry, String> form;
    private final Redaction redaction;

    private AccessLog(Function<LogEntry, String> form, Redaction redaction) {
        this(LoggerFactory.getLogger(LOGGER), form, redaction);
    }

    AccessLog(Logger log, Function<LogEntry, String> form, Redaction redaction) {
        this.log = log;
        this.form = form;
        this.redaction = redaction;
    }

    /**
     * The combined form of the Apache web server, with the name of the {@link dev.sluice.proxy.Principal}, followed by
     * {@code outcome=}, {@code upstream=}, {@code attempts=}, {@code head_ms=}, {@code total_ms=}, {@code request_bytes=},
     * {@code peer=} (the connection's address), {@code scheme=}, {@code host=}, {@code prefix=}, {@code request_id=} and {@code cache=} (see {@link
     * dev.sluice.proxy.CacheUse#summary()}), and {@code traceparent=} if the server has {@link
     * dev.sluice.proxy.trace.Tracing}. A dash stands for a missing value.
     */
    public static AccessLog combined() {
        return new AccessLog(CombinedForm::render, new Redaction(SECRET_PARAMETERS));
    }

    /** One JSON object on each line, with the same content; missing values are left out. */
    public static AccessLog json() {
        return new AccessLog(JsonForm::render, new Redaction(SECRET_PARAMETERS));
    }

    /** The same form, which hides these query parameters instead of {@link #SECRET_PARAMETERS}. */
    public AccessLog withRedacted(Set<String> parameters) {
        return new AccessLog(log, form, new Redaction(parameters));
    }

    @Override
    public void ended(ExchangeRecord record) {
        if (record.isClients() && log.isInfoEnabled()) {
            log.info("{}", form.apply(new LogEntry(record, redaction)));
        }
    }
}
