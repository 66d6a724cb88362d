package dev.sluice.balancer.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.discovery.TestDns.Reply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DnsDiscoveryTest {
    private static final String SERVICE = "_http._tcp.test";

    private TestDns dns;

    @BeforeEach
    void open() throws IOException {
        dns = new TestDns();
    }

    @AfterEach
    void close() throws IOException {
        dns.close();
    }

    private DnsDiscovery.Builder host() {
        return patient(DnsDiscovery.addresses("one.test", 8080));
    }

    private DnsDiscovery.Builder service() {
        return patient(DnsDiscovery.service(SERVICE)).ipv6(false);
    }

    private DnsDiscovery.Builder patient(DnsDiscovery.Builder builder) {
        return builder.servers(dns.address())
                .timeout(Duration.ofSeconds(20))
                .minTtl(Duration.ofSeconds(1))
                .maxTtl(Duration.ofDays(1));
    }

    private static Reply to(String question) {
        return Reply.to(question);
    }

    private static Reply services() {
        return to("SRV " + SERVICE);
    }

    private static List<String> ids(Discovery.Found found) {
        return found.members().stream().map(Member::id).toList();
    }

    private static List<String> numbers(Discovery.Found found) {
        return found.members().stream()
                .map(member -> member.id() + " " + member.priority() + " " + member.weight())
                .toList();
    }

    private void addresses(String name, String... addresses) {
        Reply reply = to("A " + name);
        for (String address : addresses) {
            reply.address("@", 60, address);
        }
        dns.answer("A " + name, reply);
    }

    @Test
    void theAddressesOfBothFamiliesAreMembers() throws Exception {
        dns.answer("A one.test", to("A one.test").address("@", 60, "10.0.0.2").address("@", 30, "10.0.0.1"));
        dns.answer("AAAA one.test", to("AAAA one.test").address("@", 90, "2001:db8::1"));

        Discovery.Found found = host().build().find();

        assertThat(found.members())
                .containsExactly(
                        Member.at("http://10.0.0.1:8080"),
                        Member.at("http://10.0.0.2:8080"),
                        Member.at("http://[2001:db8::1]:8080"));
        assertThat(found.goodFor()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theOrderOfTheRecordsDoesNotMatter() throws Exception {
        addresses("one.test", "10.0.0.1", "10.0.0.2");
        Discovery.Found before = host().ipv6(false).build().find();
        addresses("one.test", "10.0.0.2", "10.0.0.1");

        assertThat(host().ipv6(false).build().find()).isEqualTo(before);
    }

    @Test
    void theLowestTtlOfAChainOfAliasesCounts() throws Exception {
        dns.answer(
                "A one.test",
                to("A one.test")
                        .alias("@", 50, "two.test")
                        .alias("two.test", 20, "three.test")
                        .address("three.test", 40, "10.0.0.1")
                        .address("other.test", 1, "10.0.0.9"));

        Discovery.Found found = host().ipv6(false).build().find();

        assertThat(ids(found)).containsExactly("10.0.0.1:8080");
        assertThat(found.goodFor()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void anAliasThatTheServerHasNotFollowedIsFollowed() throws Exception {
        dns.answer("A one.test", to("A one.test").alias("@", 50, "two.test"));
        dns.answer("A two.test", to("A two.test").address("@", 60, "10.0.0.1"));

        Discovery.Found found = host().ipv6(false).build().find();

        assertThat(ids(found)).containsExactly("10.0.0.1:8080");
        assertThat(found.goodFor()).isEqualTo(Duration.ofSeconds(50));
    }

    @Test
    void aLoopOfAliasesIsAFailure() {
        dns.answer("A one.test", to("A one.test").alias("@", 1, "two.test").alias("two.test", 1, "one.test"));
        dns.answer("A two.test", to("A two.test").alias("@", 1, "three.test"));
        dns.answer("A three.test", to("A three.test").alias("@", 1, "two.test"));

        assertThatThrownBy(() -> host().ipv6(false).build().find())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the aliases of one.test have no end");
        assertThatThrownBy(() -> patient(DnsDiscovery.addresses("two.test", 80))
                        .ipv6(false)
                        .build()
                        .find())
                .hasMessage("the aliases of two.test have no end");
    }

    @Test
    void anAliasToAnInvalidHostNameIsAFailure() {
        dns.answer("A one.test", to("A one.test").alias("@", 1, "a b.test"));

        assertThatThrownBy(() -> host().ipv6(false).build().find())
                .hasMessage("target of a record must be a name of the DNS: \"a\\032b.test\"");
    }

    @ParameterizedTest
    @CsvSource({"3, 60, 40, 40", "3, 30, 40, 30", "0, 60, 40, 40"})
    void aNameWithoutAddressesIsAnEmptyAnswer(int code, int ttl, int minimum, int seconds) throws Exception {
        for (String type : List.of("A", "AAAA")) {
            String question = type + " one.test";
            dns.answer(question, to(question).code(code).authority().start("test", ttl, minimum));
        }

        Discovery.Found found = host().build().find();

        assertThat(found.members()).isEmpty();
        assertThat(found.goodFor()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void anAliasToANameThatDoesNotExistIsAnEmptyAnswer() throws Exception {
        dns.answer("A one.test", to("A one.test").code(3).alias("@", 50, "two.test"));

        assertThat(host().ipv6(false).build().find().members()).isEmpty();
        assertThat(dns.questions).containsExactly("A one.test");
    }

    @Test
    void aNameMayHaveAddressesOfOneFamilyOnly() throws Exception {
        addresses("one.test", "10.0.0.1");
        dns.answer("AAAA one.test", to("AAAA one.test").authority().start("test", 5, 5));

        assertThat(host().build().find())
                .isEqualTo(Discovery.Found.of(List.of(Member.at("http://10.0.0.1:8080")), Duration.ofSeconds(60)));
    }

    @Test
    void aFailedQuestionForOneFamilyFailsTheWholeAnswer() {
        addresses("one.test", "10.0.0.1");
        dns.answer("AAAA one.test", to("AAAA one.test").code(2));

        assertThatThrownBy(() -> host().build().find())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("no answer from the DNS to AAAA of one.test: ")
                .hasMessageContaining(dns.address() + ": response code 2 (server failure)");
    }

    @Test
    void onlyTheConfiguredFamilyIsAskedFor() throws Exception {
        dns.answer("AAAA one.test", to("AAAA one.test").address("@", 60, "2001:db8::1"));

        assertThat(host().ipv4(false).build().find().members()).hasSize(1);
        assertThat(dns.questions).containsExactly("AAAA one.test");
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "4, 5", "5, 5", "120, 120", "300, 300", "86400, 300"})
    void theTimeOfAnAnswerIsBounded(int ttl, int seconds) throws Exception {
        dns.answer("A one.test", to("A one.test").address("@", ttl, "10.0.0.1"));
        DnsDiscovery discovery = DnsDiscovery.addresses("one.test", 80)
                .ipv6(false)
                .servers(dns.address())
                .build();

        assertThat(discovery.find().goodFor()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void aTruncatedAnswerIsAskedForOverTcp() throws Exception {
        dns.script(
                "A one.test",
                (id, overTcp) -> List.of(
                        overTcp
                                ? to("A one.test").address("@", 60, "10.0.0.1").bytes(id)
                                : to("A one.test").truncated().bytes(id)));

        assertThat(ids(host().ipv6(false).build().find())).containsExactly("10.0.0.1:8080");
        assertThat(dns.questions).containsExactly("A one.test", "A one.test over TCP");
    }

    @Test
    void aLongAnswerOverTcpIsReadWhole() throws Exception {
        Reply reply = to("A one.test");
        for (int i = 0; i < 2_000; i++) {
            reply.address("@", 60, "10.0." + i / 250 + "." + i % 250);
        }
        dns.script(
                "A one.test",
                (id, overTcp) -> List.of(
                        overTcp ? reply.bytes(id) : to("A one.test").truncated().bytes(id)));

        assertThat(host().ipv6(false).build().find().members()).hasSize(2_000);
    }

    @Test
    void datagramsThatDoNotAnswerTheQuestionAreIgnored() throws Exception {
        dns.script(
                "A one.test",
                (id, overTcp) -> List.of(
                        new byte[0],
                        to("A one.test").address("@", 60, "10.6.6.6").bytes(id ^ 1),
                        to("A two.test").address("@", 60, "10.6.6.6").bytes(id),
                        to("AAAA one.test").address("@", 60, "::6").bytes(id),
                        to("A one.test").address("@", 60, "10.0.0.1").bytes(id)));

        assertThat(ids(host().ipv6(false).build().find())).containsExactly("10.0.0.1:8080");
    }

    @Test
    void aServerThatIsSilentIsAskedAgainAndThenGivenUp() {
        dns.silent("A one.test");

        assertThatThrownBy(() -> host().ipv6(false)
                        .timeout(Duration.ofMillis(50))
                        .build()
                        .find())
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "no answer from the DNS to A of one.test: %1$s: no answer within 50 ms; "
                                + "%1$s: no answer within 50 ms",
                        dns.address());
    }

    @ParameterizedTest
    @ValueSource(strings = {"failing", "malformed", "referring", "truncated"})
    void theNextServerIsAskedAndTheOneThatAnsweredIsAskedFirstFromThenOn(String how) throws Exception {
        try (TestDns second = new TestDns()) {
            dns.script(
                    "A one.test",
                    (id, overTcp) -> List.of(
                            switch (how) {
                                case "failing" -> to("A one.test").code(2).bytes(id);
                                case "malformed" ->
                                    to("A one.test")
                                            .record("@", 1, 60, new byte[3])
                                            .bytes(id);
                                case "referring" ->
                                    to("A one.test").withoutRecursion().bytes(id);
                                default -> to("A one.test").truncated().bytes(id);
                            }));
            second.answer("A one.test", to("A one.test").address("@", 60, "10.0.0.1"));
            DnsDiscovery discovery =
                    host().ipv6(false).servers(dns.address(), second.address()).build();

            assertThat(ids(discovery.find())).containsExactly("10.0.0.1:8080");
            assertThat(ids(discovery.find())).containsExactly("10.0.0.1:8080");
            assertThat(dns.questions).startsWith("A one.test").doesNotHaveDuplicates();
            assertThat(second.questions).hasSize(2);
        }
    }

    @Test
    void theTargetsOfAServiceAreMembersWithTheAdditionalAddresses() throws Exception {
        dns.answer(
                "SRV " + SERVICE,
                services()
                        .service("@", 60, 10, 3, 8001, "a.test")
                        .service("@", 60, 10, 1, 8002, "b.test")
                        .additional()
                        .address("a.test", 30, "10.0.0.1")
                        .address("b.test", 90, "10.0.0.2"));

        Discovery.Found found = service().build().find();

        assertThat(numbers(found)).containsExactly("10.0.0.1:8001 0 3", "10.0.0.2:8002 0 1");
        assertThat(found.goodFor()).isEqualTo(Duration.ofSeconds(30));
        assertThat(dns.questions).containsExactly("SRV " + SERVICE);
    }

    @Test
    void missingAdditionalAddressesAreAskedFor() throws Exception {
        dns.answer(
                "SRV " + SERVICE,
                services().service("@", 60, 1, 1, 8001, "a.test").additional().address("a.test", 60, "10.0.0.1"));
        dns.answer("AAAA a.test", to("AAAA a.test").address("@", 20, "2001:db8::1"));

        Discovery.Found found = patient(DnsDiscovery.service(SERVICE)).build().find();

        assertThat(ids(found)).containsExactly("10.0.0.1:8001", "[2001:db8::1]:8001");
        assertThat(found.goodFor()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void prioritiesBecomeRanksAndAWeightOfZeroBecomesOne() throws Exception {
        addresses("a.test", "10.0.0.1");
        addresses("b.test", "10.0.0.2");
        addresses("c.test", "10.0.0.3");
        dns.answer(
                "SRV " + SERVICE,
                services()
                        .service("@", 60, 900, 65_535, 80, "a.test")
                        .service("@", 60, 20, 0, 80, "b.test")
                        .service("@", 60, 30, 7, 80, "c.test"));

        assertThat(numbers(service().build().find()))
                .containsExactly("10.0.0.1:80 2 65535", "10.0.0.2:80 0 1", "10.0.0.3:80 1 7");
    }

    @Test
    void aTargetWithSeveralAddressesHasNoMoreThanItsShare() throws Exception {
        addresses("a.test", "10.0.0.1", "10.0.0.2", "10.0.0.3");
        addresses("b.test", "10.0.0.4");
        dns.answer(
                "SRV " + SERVICE,
                services().service("@", 60, 1, 65_535, 80, "a.test").service("@", 60, 1, 65_535, 80, "b.test"));

        assertThat(service().build().find().members())
                .extracting(Member::weight)
                .containsExactly(262_140, 262_140, 262_140, 786_420);
    }

    @Test
    void ofTwoRecordsForOneAddressThePreferredOneCounts() throws Exception {
        addresses("a.test", "10.0.0.1");
        addresses("b.test", "10.0.0.1");
        dns.answer(
                "SRV " + SERVICE,
                services().service("@", 60, 2, 5, 80, "a.test").service("@", 60, 1, 6, 80, "b.test"));

        assertThat(numbers(service().build().find())).containsExactly("10.0.0.1:80 0 6");
    }

    @Test
    void theRootAsTargetMeansThatThereIsNoService() throws Exception {
        dns.answer("SRV " + SERVICE, services().service("@", 60, 0, 0, 0, ""));

        assertThat(service().build().find()).isEqualTo(Discovery.Found.of(List.of(), Duration.ofSeconds(60)));
    }

    @Test
    void aTargetThatDoesNotExistIsLeftOut() throws Exception {
        addresses("a.test", "10.0.0.1");
        dns.answer("A b.test", to("A b.test").code(3));
        dns.answer(
                "SRV " + SERVICE,
                services().service("@", 60, 1, 1, 80, "a.test").service("@", 60, 1, 1, 80, "b.test"));

        assertThat(ids(service().build().find())).containsExactly("10.0.0.1:80");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> DnsDiscovery.addresses("10.0.0.1", 80))
                .hasMessage("host must be a name of the DNS: \"10.0.0.1\"");
        assertThatThrownBy(() -> DnsDiscovery.addresses("a.test", 0)).hasMessage("port must be 1 to 65535: 0");
        assertThatThrownBy(() -> DnsDiscovery.service("a b")).hasMessage("service must be a name of the DNS: \"a b\"");
        assertThatThrownBy(() -> host().servers()).hasMessage("servers must not be empty");
        assertThatThrownBy(() -> host().servers(InetSocketAddress.createUnresolved("ns.test", 53)))
                .hasMessageStartingWith("servers must be addresses: ns.test");
        assertThatThrownBy(() -> host().timeout(Duration.ZERO)).hasMessage("timeout must be positive: 0 s");
        assertThatThrownBy(() -> host().rounds(0)).hasMessage("rounds must be at least 1: 0");
        assertThatThrownBy(() -> host().minTtl(Duration.ofSeconds(9))
                        .maxTtl(Duration.ofSeconds(8))
                        .build())
                .hasMessage("maxTtl must be at least minTtl (9 s): 8 s");
        assertThatThrownBy(() -> host().minTtl(Duration.ZERO)).hasMessage("minTtl must be positive: 0 s");
        assertThatThrownBy(() -> host().ipv4(false).ipv6(false).build())
                .hasMessage("ipv4 or ipv6 must be asked for: both are false");
    }
}
