package dev.sluice.proxy.log;

import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.syntax.Redaction;
import dev.sluice.proxy.syntax.SecretNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line for each request of a client that has ended, at level info, to the logger {@value #LOGGER}. Give it to
 * {@code ProxyServer.builder().addListener(…)}. Safe for use by many threads.
 *
 * <pre>{@code
 * AccessLog log = AccessLog.builder()
 *         .format("{client} {user} \"{method} {path}\" {status} {total_ms} {request.User-Agent}")
 *         .sample(0.1)
 *         .build();
 * }</pre>
 *
 * <p>The line is made and given to slf4j on the thread that ends the exchange, after the client has its response. Whether
 * that thread also writes it to a file is up to the binding: use its asynchronous appender.
 *
 * <p>Nothing that lets somebody enter is in a line. Bodies never are. Fields with secret names are {@code ***}, also those
 * that a format names: {@code Authorization}, {@code Cookie}, {@code Set-Cookie}, {@code X-Api-Key}, whatever ends with
 * {@code Token}, {@code Secret}, {@code Signature} and the like, certificates, and those that authentication has read. In
 * targets and in all other values there are no userinfo and no fragment, and {@code ***} stands for the values of
 * {@linkplain #SECRET_PARAMETERS parameters with secret names}, credentials with their scheme, JSON web tokens and private keys. A secret that has no such name,
 * such as a code in a path, is shown. Control characters are escaped, and so is what would end a value: no client can forge a line.
 */
public final class AccessLog implements ExchangeListener {
    /** The name of the logger. */
    public static final String LOGGER = "dev.sluice.proxy.access";

    /**
     * The query parameters whose values are not logged, unless others are named; compared without case. Beside them those
     * whose name ends with {@code token}, {@code secret}, {@code password}, {@code signature}, {@code apikey} and the like.
     */
    public static final Set<String> SECRET_PARAMETERS = SecretNames.PARAMETERS;

    private static final Logger OWN = LoggerFactory.getLogger(AccessLog.class);

    private final Logger log;
    private final Function<LogEntry, String> form;
    private final Redaction redaction;
    private final Guarded<Boolean> condition;
    private final Guarded<Boolean> errors;
    private final Shares shares;

    private AccessLog(Builder builder, Function<LogEntry, String> form) {
        this.log = builder.log;
        this.form = form;
        this.redaction = builder.redaction;
        this.condition = new Guarded<>("the condition of an access log", builder.condition::test, true, OWN);
        this.errors = new Guarded<>("the condition of errors of an access log", builder.errors::test, true, OWN);
        this.shares = new Shares(builder.errorsOnly ? 0 : builder.share, builder.routes);
    }

    /** A builder of a log in the combined form, with a line for each request. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The combined form of the Apache web server, with the name of the {@link dev.sluice.proxy.Principal}, followed by
     * {@code outcome=}, {@code upstream=}, {@code attempts=}, {@code head_ms=}, {@code total_ms=}, {@code request_bytes=},
     * {@code peer=} (the connection's address), {@code scheme=}, {@code host=}, {@code prefix=}, {@code request_id=} and {@code cache=} (see {@link
     * dev.sluice.proxy.CacheUse#summary()}), and {@code traceparent=} if the server has {@link
     * dev.sluice.proxy.trace.Tracing}. A dash stands for a missing value.
     */
    public static AccessLog combined() {
        return builder().build();
    }

    /** One JSON object on each line, as {@link Builder#json} without names makes it. */
    public static AccessLog json() {
        return builder().json().build();
    }

    /**
     * From now on keeps this share of the lines of a route, whatever the builder says: for a page on which somebody looks
     * into one route for a while. Errors are always kept.
     *
     * @param route the name of the route, as the record has it
     * @param share 0 for errors only, to 1 for all
     * @throws IllegalArgumentException if it is not; the message has it
     */
    public void keep(String route, double share) {
        shares.keep(Objects.requireNonNull(route, "route"), share);
    }

    /** From now on keeps as much of a route as the builder says. */
    public void keepAsBuilt(String route) {
        shares.keepAsBuilt(Objects.requireNonNull(route, "route"));
    }

    /** The share of the lines of this route that is kept now. */
    public double kept(String route) {
        return shares.of(Objects.requireNonNull(route, "route"));
    }

    /** The shares that are kept now of routes with a share of their own, in the order of their names. A copy. */
    public Map<String, Double> kept() {
        return shares.own();
    }

    @Override
    public void ended(ExchangeRecord record) {
        if (record.isClients() && log.isInfoEnabled() && isKept(record)) {
            log.info("{}", form.apply(new LogEntry(record, redaction)));
        }
    }

    private boolean isKept(ExchangeRecord record) {
        return condition.of(record) && (shares.keeps(record) || errors.of(record));
    }

    private static boolean isError(ExchangeRecord record) {
        int status = record.status();
        return status == 0 || status >= 500 || (status < 400 && record.outcome() != Outcome.COMPLETED);
    }

    /** Collects the options of a log. For one thread. */
    public static final class Builder {
        private Logger log = LoggerFactory.getLogger(LOGGER);
        private Function<Fields, Function<LogEntry, String>> form = CombinedForm::new;
        private final List<Field> fields = new ArrayList<>();
        private Redaction redaction = Redaction.DEFAULT;
        private Predicate<ExchangeRecord> condition = record -> true;
        private Predicate<ExchangeRecord> errors = AccessLog::isError;
        private boolean errorsOnly;
        private double share = 1;
        private final Map<String, Double> routes = new HashMap<>();

        private Builder() {}

        /** Another logger, for tests. */
        Builder log(Logger other) {
            this.log = other;
            return this;
        }

        /**
         * Writes lines in this format: {@code {name}} stands for a field, and a doubled brace for a brace. The combined form
         * by default.
         *
         * <p>There are {@code time} (ISO 8601), {@code apache_time}, {@code client} (the client that began the request, as
         * trusted proxies report it), {@code peer} (the address of the connection), {@code user}, {@code request_id}, {@code
         * traceparent}, {@code trace_id}, {@code span_id}, {@code request_line}, {@code method}, {@code scheme}, {@code
         * host}, {@code prefix}, {@code target}, {@code path}, {@code query}, {@code version}, {@code tls_version}, {@code
         * tls_cipher}, {@code status}, {@code outcome}, {@code route}, {@code cache}, {@code upstream} (the member), {@code
         * tags} (the member's), {@code attempts}, {@code upstream_status}, {@code upstream_head_ms}, {@code upstream_ms},
         * {@code head_ms}, {@code total_ms}, {@code request_bytes}, {@code response_bytes}, {@code referer}, {@code
         * user_agent}; {@code request.<field>} and {@code response.<field>} for a field of a message, such as {@code
         * request.X-Team}; {@code tag.<name>} for one tag of the member; and what {@link #addField} has added. Times that end
         * with {@code _ms} are milliseconds with three digits after the point. What begins with {@code upstream}, and tags, are
         * those of the attempt whose answer the client got, or of the last one.
         *
         * <p>A dash stands for a missing value. Quotes, backslashes and what cannot be printed are escaped, and outside of
         * quotes also spaces: so a value is one word.
         *
         * @throws IllegalArgumentException in {@link #build}, if it names a field that is not known, which the message lists,
         *     or has a brace without its other one or a control character
         */
        public Builder format(String format) {
            Objects.requireNonNull(format, "format");
            this.form = known -> TextForm.of(format, known);
            return this;
        }

        /**
         * Writes one JSON object on each line, with these fields in this order; without names, with all but {@code
         * apache_time}, {@code request_line}, {@code path}, {@code query} and {@code tls_cipher}, and with those that were
         * added at the end. The names are those of {@link #format}. Missing values are left out; {@code tags} is an object.
         *
         * @throws IllegalArgumentException in {@link #build}, if a field is not known; the message lists those that are
         */
        public Builder json(String... names) {
            List<String> chosen = List.of(names);
            this.form = known -> new JsonForm(
                    chosen.isEmpty()
                            ? known.whole()
                            : chosen.stream().distinct().map(known::named).toList());
            return this;
        }

        /**
         * Adds a field of your own. The combined form has it at its end, JSON as a member, and a format where it is named.
         * Numbers and truth values are such in JSON, all else is a text, and null and an empty {@link Optional} are a missing
         * value. The function gets the record, with the request, the fields of the response, the principal, and what a filter
         * has {@linkplain ExchangeRecord#get put} into the exchange. Its text is escaped, and redacted as fields of a request
         * are. What it throws is logged by {@code dev.sluice.proxy.log.AccessLog}, less often each time, and the value is
         * missing. It is called on the thread that ends the exchange, from many at once, and must not block.
         *
         * @param name letters, digits, and {@code _ . -}
         * @throws IllegalArgumentException if it is not, or, in {@link #build}, if another field has it
         */
        public Builder addField(String name, Function<ExchangeRecord, @Nullable Object> value) {
            return add(name, value, true);
        }

        /**
         * The same, but the text is not redacted, only escaped: what the function returns is in the log, whatever it is. A
         * record does not show credentials to this function either: let a filter put into the exchange what you want to log.
         *
         * @param name as for {@link #addField}
         * @throws IllegalArgumentException as {@link #addField} does
         */
        public Builder addUnredactedField(String name, Function<ExchangeRecord, @Nullable Object> value) {
            return add(name, value, false);
        }

        private Builder add(String name, Function<ExchangeRecord, @Nullable Object> value, boolean redacted) {
            fields.add(OwnField.of(name, Objects.requireNonNull(value, "value"), redacted, OWN));
            return this;
        }

        /**
         * Hides the values of these query parameters instead of {@link #SECRET_PARAMETERS} and those that end alike; compared
         * without case.
         */
        public Builder secretParameters(Set<String> names) {
            this.redaction = Redaction.of(names);
            return this;
        }

        /**
         * Keeps this share of the lines, and all errors whatever the share is; 1 by default. A request with a trace id or else
         * a {@linkplain dev.sluice.proxy.header.RequestId request id} is kept by its id: where the id is the same, the next
         * server keeps the same requests with the same share, and all of them with a greater one, as {@link
         * dev.sluice.proxy.trace.Sampler#rate} does for traces. Clients whose ids you take over thus decide which of their requests are kept.
         * Without an id, requests are counted.
         *
         * @param share 0 for errors only, to 1 for all
         * @throws IllegalArgumentException if it is not; the message has it
         */
        public Builder sample(double share) {
            this.share = Shares.require(share);
            return this;
        }

        /**
         * Keeps this share of the lines of one route instead, also with {@link #errorsOnly}. It can be changed later: {@link
         * AccessLog#keep}.
         *
         * @param route the name of the route
         * @param share as for {@link #sample}
         * @throws IllegalArgumentException as {@link #sample} does
         */
        public Builder keep(String route, double share) {
            routes.put(Objects.requireNonNull(route, "route"), Shares.require(share));
            return this;
        }

        /** Whether only errors are kept, as with a share of 0; false by default. */
        public Builder errorsOnly(boolean on) {
            this.errorsOnly = on;
            return this;
        }

        /**
         * Sets what counts as an error, which is kept whatever the share is. By default: no response was sent, its status is
         * 500 or above, or a response below 400 did not reach the client whole. A refusal, such as 401 or 429, is none, as
         * anybody can cause many of them. If the function throws, it is an error.
         */
        public Builder errors(Predicate<ExchangeRecord> errors) {
            this.errors = Objects.requireNonNull(errors, "errors");
            return this;
        }

        /**
         * Writes a line only for exchanges that meet this condition too, errors or not; all by default. If it throws, there is a
         * line.
         */
        public Builder when(Predicate<ExchangeRecord> condition) {
            this.condition = this.condition.and(Objects.requireNonNull(condition, "condition"));
            return this;
        }

        /**
         * The log.
         *
         * @throws IllegalArgumentException if a field is not known, or is there twice, or the format is not one
         */
        public AccessLog build() {
            return new AccessLog(this, form.apply(new Fields(fields)));
        }
    }
}
