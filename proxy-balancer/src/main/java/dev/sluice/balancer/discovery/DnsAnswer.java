package dev.sluice.balancer.discovery;

import dev.sluice.balancer.discovery.DnsRecord.Alias;
import dev.sluice.balancer.discovery.DnsRecord.StartOfAuthority;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message's answer to a question. Immutable.
 *
 * @param owner the name at the end of the chain of aliases
 * @param records of the type that was asked for, at that name
 * @param ttlSeconds the lowest of records and aliases; without records, how long it holds that there are none
 * @param additional the message's additional section
 * @param complete false if the chain leads to a name of which the message says nothing
 */
record DnsAnswer(String owner, List<DnsRecord> records, long ttlSeconds, List<DnsRecord> additional, boolean complete) {
    private static final int MOST_ALIASES = 16;

    /** Follows the chain of aliases (RFC 1034 §3.6.2) within one message. */
    static DnsAnswer of(DnsMessage message, DnsQuestion question) throws IOException {
        String owner = question.name();
        long ttlSeconds = Integer.MAX_VALUE;
        for (int aliases = 0; aliases <= MOST_ALIASES; aliases++) {
            List<DnsRecord> records = at(owner, question.type(), message.answers());
            if (!records.isEmpty()) {
                return new DnsAnswer(owner, records, lowest(ttlSeconds, records), message.additional(), true);
            }
            DnsRecord alias = alias(owner, message.answers());
            if (alias == null) {
                return none(message, owner, ttlSeconds, aliases == 0);
            }
            owner = ((Alias) alias.data()).target();
            ttlSeconds = Math.min(ttlSeconds, alias.ttlSeconds());
        }
        throw new IOException("the aliases of " + question.name() + " have no end");
    }

    /** RFC 2308 §5: an absence holds for the lower of the TTL and the minimum of the SOA record that came with it. */
    private static DnsAnswer none(DnsMessage message, String owner, long ttlSeconds, boolean asked) {
        for (DnsRecord record : message.authorities()) {
            if (record.data() instanceof StartOfAuthority authority) {
                long lowest = Math.min(record.ttlSeconds(), authority.minimumSeconds());
                return new DnsAnswer(owner, List.of(), Math.min(ttlSeconds, lowest), List.of(), true);
            }
        }
        boolean said = asked || message.code() == DnsMessage.NO_SUCH_NAME;
        // Without an SOA record it is not known how long it holds.
        return new DnsAnswer(owner, List.of(), said ? 0 : ttlSeconds, List.of(), said);
    }

    /** The records of a type at a name. */
    static List<DnsRecord> at(String owner, DnsType type, List<DnsRecord> records) {
        List<DnsRecord> found = new ArrayList<>();
        for (DnsRecord record : records) {
            if (record.name().equals(owner) && type.isOf(record.data())) {
                found.add(record);
            }
        }
        return found;
    }

    static long lowest(long ttlSeconds, List<DnsRecord> records) {
        return records.stream().mapToLong(DnsRecord::ttlSeconds).reduce(ttlSeconds, Math::min);
    }

    private static @Nullable DnsRecord alias(String owner, List<DnsRecord> records) {
        for (DnsRecord record : records) {
            if (record.name().equals(owner) && record.data() instanceof Alias) {
                return record;
            }
        }
        return null;
    }
}
