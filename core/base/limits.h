#pragma once

// Every fixed limit of wsb that is not a command-line option, in one place, each with its reason.
// What happens at the limit is said where the limit is enforced, and counted there.

#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace wsb::limits {

// RFC 6455 §5.5: the payload of a control frame.
inline constexpr std::size_t kControlPayloadBytes = 125;
// RFC 6455 §5.5.1: what is left of it for a close reason.
inline constexpr std::size_t kCloseReasonBytes = kControlPayloadBytes - 2;

// A message assembled from more frames than this is an attack on our memory management.
inline constexpr std::size_t kFramesPerMessage = 131072;

// The opening handshake: status or request line with all headers, and what is kept of the body of a
// refusal.
inline constexpr std::size_t kHandshakeHeadBytes = std::size_t{64} << 10U;
inline constexpr std::size_t kRequestHeadBytes = std::size_t{16} << 10U;  // that a server reads
inline constexpr std::size_t kHandshakeHeaderCount = 256;
inline constexpr std::size_t kRefusalBodyBytes = std::size_t{64} << 10U;
// What a proxy says in front of a connection (PROXY protocol version 2); it may bring TLVs of
// certificates.
inline constexpr std::size_t kProxyHeaderBytes = 4096;
// A token that lets somebody in.
inline constexpr std::size_t kSecretBytes = 4096;
// A JSON Web Token; the secret that signs one (RFC 7518 §3.2: as long as the hash, at least).
inline constexpr std::size_t kJwtBytes = 8192;
inline constexpr std::size_t kJwtSecretBytesMin = 32;
// Keys that a signature is tried with: an old one, a new one, and some issuers.
inline constexpr std::size_t kJwtKeys = 8;
// Passwords that wait to be checked, some tenth of a second each; requests that wait for it; and
// how many good ones are known again.
inline constexpr std::size_t kPasswordQuestions = 64;
inline constexpr std::size_t kPasswordAskers = 4096;
inline constexpr std::size_t kPasswordsRemembered = 4096;
// The name of a room.
inline constexpr std::size_t kRoomNameBytes = 128;
// Rooms that one client is in, and rooms with members that one worker has.
inline constexpr std::size_t kRoomsPerClient = 32;
inline constexpr std::size_t kRooms = std::size_t{1} << 16U;
// JSON that is read without building a document: arrays and objects inside each other.
inline constexpr int kJsonDepth = 512;

// Engine.IO: packets in the body of one POST; a payload of the usual size with the smallest events
// that clients send fits.
inline constexpr std::size_t kPollingPackets = std::size_t{1} << 17U;
// Socket.IO: the attachments of one packet (the number is that of the official parser) and their
// bytes together, the length of a namespace's name, the arguments of an event or ack, namespaces
// that one client is in, and acks that it owes.
inline constexpr std::size_t kAttachments = 10;
inline constexpr std::size_t kAttachmentBytes = std::size_t{10} << 20U;
inline constexpr std::size_t kNamespaceBytes = 256;
inline constexpr std::size_t kEventArguments = 4096;
inline constexpr std::size_t kNamespacesPerClient = 32;
inline constexpr std::size_t kPendingAcks = 1024;
// What is kept of the messages of all rooms for who joins later; rooms that anything is kept of;
// how much --history may keep of one room.
inline constexpr std::size_t kHistoryBytes = std::size_t{256} << 20U;
inline constexpr std::size_t kHistoryRooms = std::size_t{1} << 16U;
inline constexpr std::size_t kRoomHistoryBytes = std::size_t{64} << 20U;
inline constexpr std::size_t kRoomHistoryMessages = std::size_t{1} << 20U;
// Socket.IO clients that lost their connection and may come back: how many sockets are remembered,
// the bytes of what is remembered of them, and how many messages of each room are kept for them.
inline constexpr std::size_t kRecoverySockets = std::size_t{1} << 16U;
inline constexpr std::size_t kRecoveryBytes = std::size_t{16} << 20U;
inline constexpr std::size_t kRecoveryMessages = std::size_t{1} << 14U;
// Parameters in the query of a request.
inline constexpr std::size_t kQueryParameters = 256;

// One write to a socket; a Close finds a gap after it. A receiver that does not read costs one. Not
// a power of two: as many messages of such a size fit with their headers, eight of 16 KiB say.
inline constexpr std::size_t kWriteBytes = std::size_t{160} << 10U;
// One of several broadcast messages that is smaller is not compressed: it saves less than it costs.
inline constexpr std::size_t kMinDeflateBytes = 64;

// Messages waiting in one mailbox between two threads.
inline constexpr std::size_t kMailboxMessages = std::size_t{1} << 16U;
// Bytes of batches waiting for one worker in its inbox.
inline constexpr std::size_t kInboxBytes = std::size_t{64} << 20U;

// A client: input read and not yet taken by the connection (then its reader stops: back-pressure on
// the writer), one line of it, and what was received and not yet printed (then the network stops).
inline constexpr std::size_t kInputQueueBytes = std::size_t{16} << 20U;
inline constexpr std::size_t kInputLineBytes = std::size_t{1} << 30U;
inline constexpr std::size_t kOutputQueueBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kOutputQueueMessages = std::size_t{1} << 14U;
// Handed to a client connection ahead of the kernel; more waits in the input queue.
inline constexpr std::size_t kClientBacklogBytes = std::size_t{1} << 20U;

// Worker threads of one server, and the largest --max-message: a message is one piece of memory.
inline constexpr int kWorkers = 256;
inline constexpr std::uint64_t kMaxMessageBytes = std::uint64_t{1} << 30U;

// An echo that its sender does not read stops the reading from it; so often is asked whether it
// has.
inline constexpr Duration kEchoResumeInterval = std::chrono::milliseconds(2);

// Static files: one that is larger is refused; smaller ones stay in memory, so many bytes in all.
inline constexpr std::size_t kStaticFileBytes = std::size_t{64} << 20U;
inline constexpr std::size_t kStaticCachedFileBytes = std::size_t{256} << 10U;
inline constexpr std::size_t kStaticCacheBytes = std::size_t{16} << 20U;
inline constexpr std::size_t kStaticCacheFiles = 4096;
inline constexpr std::size_t kStaticPathDepth = 64;

// What is kept of further requests while one is being answered; then their connection is not read.
inline constexpr std::size_t kPipelinedBytes = std::size_t{16} << 10U;

// How long a worker waits for the others' numbers, and how many questions it has under way.
inline constexpr Duration kCensusPatience = std::chrono::seconds(1);
inline constexpr std::size_t kCensusAskers = 64;
inline constexpr Duration kCensusInterval = std::chrono::milliseconds(50);

// HTTP request bodies that the server collects.
inline constexpr std::size_t kHttpBodyBytes = std::size_t{1} << 20U;

inline constexpr Duration kHandshakeTimeout = std::chrono::seconds(10);
inline constexpr Duration kCloseTimeout = std::chrono::seconds(5);
// How long a client waits for the server to end TCP after the closing handshake (RFC 6455 §7.1.1).
inline constexpr Duration kTcpCloseWait = std::chrono::seconds(1);
// A message that is still arriving when a client wants to end is waited for, at most so long.
inline constexpr Duration kLastMessageWait = std::chrono::minutes(10);

}  // namespace wsb::limits
