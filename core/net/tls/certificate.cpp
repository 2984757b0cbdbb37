#include "core/net/tls/certificate.h"

#include <arpa/inet.h>

#include <array>

#include "core/base/text.h"
#include "core/net/tls/openssl.h"

namespace wsb::net {
namespace {

std::string name_text(const X509_NAME* name) {
  const Openssl<BIO> out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  return contents(out.get());
}

std::string time_text(const ASN1_TIME* time) {
  const Openssl<BIO> out(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(out.get(), time);
  return contents(out.get());
}

std::string ip_text(const ASN1_OCTET_STRING* ip) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(ip) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(ip) != 16) return "";
  inet_ntop(family, ASN1_STRING_get0_data(ip), text.data(), text.size());
  return text.data();
}

std::string string_text(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

}  // namespace

std::string subject_of(const X509& certificate) {
  return name_text(X509_get_subject_name(&certificate));
}

std::string issuer_of(const X509& certificate) {
  return name_text(X509_get_issuer_name(&certificate));
}

std::string not_after_of(const X509& certificate) {
  return time_text(X509_get0_notAfter(&certificate));
}

bool has_expired(const X509& certificate) {
  return X509_cmp_current_time(X509_get0_notAfter(&certificate)) < 0;
}

std::string names_of(const X509& certificate) {
  const Openssl<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string out;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    std::string text;
    if (name->type == GEN_DNS) text = string_text(name->d.dNSName);
    if (name->type == GEN_IPADD) text = ip_text(name->d.iPAddress);
    if (!text.empty()) out += (out.empty() ? "" : ", ") + text;
  }
  return printable(out.empty() ? subject_of(certificate) : out);
}

std::string fingerprint_of(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  X509_digest(&certificate, EVP_sha256(), digest.data(), &size);
  std::string out;
  for (unsigned int i = 0; i < size; ++i) out += format(i == 0 ? "%02X" : ":%02X", digest[i]);
  return out;
}

std::string distrust_words(long verify_result, const X509* certificate, const std::string& host) {
  if (certificate != nullptr) {
    switch (verify_result) {
      case X509_V_ERR_CERT_HAS_EXPIRED:
        return "it expired on " + not_after_of(*certificate);
      case X509_V_ERR_CERT_NOT_YET_VALID:
        return "it is not valid before " + time_text(X509_get0_notBefore(certificate));
      case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return "it is self-signed";
      case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
      case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "issued by an unknown authority, '" + printable(issuer_of(*certificate)) + "'";
      case X509_V_ERR_HOSTNAME_MISMATCH:
      case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "it is for " + names_of(*certificate) + ", not for '" + host + "'";
      default: break;
    }
  }
  return X509_verify_cert_error_string(verify_result);
}

bool is_ip_literal(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

}  // namespace wsb::net
