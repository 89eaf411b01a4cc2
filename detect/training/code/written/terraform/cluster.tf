module "cluster" {
  source  = "./modules/cluster"
  name    = local.name
  subnets = module.network.private_subnets
  nodes   = { for pool in var.pools : pool.name => pool }

  providers = {
    kubernetes = kubernetes.main
  }
  depends_on = [module.network]
}

resource "google_compute_instance" "worker" {
  for_each     = toset(var.names)
  name         = each.value
  machine_type = "e2-medium"
  zone         = data.google_compute_zones.available.names[0]

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }

  dynamic "network_interface" {
    for_each = var.networks
    content {
      network = network_interface.value
    }
  }

  lifecycle {
    ignore_changes        = [metadata]
    create_before_destroy = true
  }
}

resource "azurerm_storage_account" "logs" {
  name                     = "logs${random_id.suffix.hex}"
  resource_group_name      = azurerm_resource_group.main.name
  location                 = azurerm_resource_group.main.location
  account_tier             = "Standard"
  account_replication_type = var.replicated ? "GRS" : "LRS"
}
