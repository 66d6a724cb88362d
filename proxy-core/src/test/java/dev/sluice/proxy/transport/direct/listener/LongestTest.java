package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.sluice.proxy.internal.ClientShares;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LongestTest {
    private final Map<ClientConnection, Long> since = new LinkedHashMap<>();
    private final ClientShares shares = new ClientShares(100, 0.02);
    private final AtomicInteger looks = new AtomicInteger();
    private final List<ClientConnection> asked = new ArrayList<>();

    private Longest longest() {
        return new Longest(
                since.keySet(),
                each -> {
                    looks.incrementAndGet();
                    return since.get(each);
                },
                shares);
    }

    private ClientConnection connection(int client, long sinceNanos) throws UnknownHostException {
        ClientConnection one = mock(ClientConnection.class);
        when(one.client()).thenReturn(InetAddress.getByName("127.0.0." + client));
        since.put(one, sinceNanos);
        shares.take(one.client(), since.size());
        return one;
    }

    private boolean refuses(ClientConnection one) {
        asked.add(one);
        return false;
    }

    private boolean closes(ClientConnection one) {
        asked.add(one);
        return true;
    }

    @Test
    void theLongestOneIsClosedAndNoneThatIsNotInTheState() throws Exception {
        connection(1, 7);
        ClientConnection longest = connection(2, 5);
        connection(3, -1);
        assertThat(longest().closeOne(shares.share(), each -> true, this::closes))
                .isTrue();
        assertThat(asked).containsExactly(longest);
        assertThat(longest().closeOneOf(InetAddress.getByName("127.0.0.3"), this::closes))
                .isFalse();
    }

    @Test
    void oneOfAClientThatHasMoreThanItsShareIsClosedFirst() throws Exception {
        connection(1, 1);
        connection(2, 7);
        ClientConnection over = connection(2, 5);
        connection(2, 6);
        assertThat(longest().closeOne(shares.share(), each -> true, this::closes))
                .isTrue();
        assertThat(asked).containsExactly(over);
    }

    @Test
    void thoseThatCannotBeClosedAreTriedInOrder() throws Exception {
        ClientConnection third = connection(1, 7);
        ClientConnection first = connection(2, 5);
        ClientConnection second = connection(3, 6);
        assertThat(longest().closeOne(shares.share(), each -> true, each -> closes(each) && each == third))
                .isTrue();
        assertThat(asked).endsWith(first, second, third);
    }

    @Test
    void onlyThoseInQuestionAreClosed() throws Exception {
        ClientConnection first = connection(1, 5);
        ClientConnection second = connection(2, 6);
        assertThat(longest().closeOne(shares.share(), each -> each != first, this::closes))
                .isTrue();
        assertThat(asked).containsExactly(second);
        assertThat(longest().closeOneOf(first.client(), this::closes)).isTrue();
        assertThat(asked).containsExactly(second, first);
    }

    /** The one thread that accepts connections looks for them. */
    @Test
    void thousandsThatCannotBeClosedAreLookedAtAFewTimesEach() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            connection(1 + i % 200, i);
        }
        assertThat(longest().closeOne(shares.share(), each -> true, this::refuses))
                .isFalse();
        assertThat(looks).hasValueLessThan(10_000);
        assertThat(asked).hasSizeLessThan(5_000);
    }
}
