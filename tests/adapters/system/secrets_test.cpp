#include <gtest/gtest.h>

#include "causeway/adapters/system/ed25519.hpp"
#include "causeway/adapters/system/password_hash.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

TEST(Ed25519Signer, signs_as_rfc_8032_test_2_says) {
  Ed25519Signer signer;
  const auto secret = *from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const auto public_key = *from_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const auto signature = signer.sign(secret, "r");
  ASSERT_TRUE(signature);
  EXPECT_EQ(to_hex(*signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(signer.verify(public_key, "r", *signature));
  EXPECT_FALSE(signer.verify(public_key, "s", *signature));
}

TEST(Ed25519Signer, makes_keys_that_work_and_refuses_broken_ones) {
  Ed25519Signer signer;
  const auto pair = signer.generate();
  ASSERT_TRUE(pair);
  const auto signature = signer.sign(pair->secret_key, "message");
  ASSERT_TRUE(signature);
  EXPECT_TRUE(signer.verify(pair->public_key, "message", *signature));
  EXPECT_FALSE(signer.verify(signer.generate()->public_key, "message", *signature));
  EXPECT_FALSE(signer.verify("short", "message", *signature));
  EXPECT_FALSE(signer.verify(pair->public_key, "message", ""));
  EXPECT_FALSE(signer.sign("short", "message"));
}

TEST(CryptPasswordHasher, verifies_what_it_hashed) {
  CryptPasswordHasher hasher(1);
  const auto hash = hasher.hash("correct horse");
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$y$"));
  EXPECT_TRUE(*hasher.verify("correct horse", *hash));
  EXPECT_FALSE(*hasher.verify("correct horsf", *hash));
  EXPECT_FALSE(*hasher.verify("", *hash));
  EXPECT_NE(*hasher.hash("correct horse"), *hash) << "a salt of its own each time";
}

TEST(CryptPasswordHasher, takes_no_password_that_would_be_cut_short) {
  CryptPasswordHasher hasher(1);
  const auto hash = hasher.hash("abc");
  ASSERT_TRUE(hash);
  EXPECT_FALSE(*hasher.verify(std::string_view("abc\0def", 7), *hash));
  EXPECT_EQ(hasher.hash(std::string_view("abc\0def", 7)).error().reason, "password.unusable");
  EXPECT_FALSE(hasher.hash(std::string(600, 'x')));
}

TEST(CryptPasswordHasher, refuses_hashes_that_cannot_be_read) {
  CryptPasswordHasher hasher(1);
  for (const char* hash : {"", "*", "*0", "*1", "x", "$y$", "$none$abc"})
    EXPECT_FALSE(*hasher.verify("x", hash)) << hash;
}

}  // namespace
}  // namespace causeway::adapters
