ui = true
listener "tcp" {
  tls_disable = 1
  address = "[::]:8200"
}
storage "raft" {
  path = "/vault/data"
  retry_join { leader_api_addr = "http://vault-0:8200" }
  node_id = "a"
}
seal "transit" {
  key_name = <<EOF
k
EOF
}
# a comment
service_registration "kubernetes" {}
